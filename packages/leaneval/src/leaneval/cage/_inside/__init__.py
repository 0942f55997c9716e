"""What runs inside the child process, before the program that is caged.

This folder is put on the child's path as the top-level package `_inside`, so that the child pays
for none of leaneval's imports. Therefore: relative imports only, and of the standard library only
what an interpreter started with `-I -S` loads in a few milliseconds.
"""
