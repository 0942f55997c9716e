"""Numbers of the system calls that the filter speaks of, for the two architectures of the wheel.

Source: the kernel's `arch/x86/entry/syscalls/syscall_64.tbl` and
`include/uapi/asm-generic/unistd.h`; a test compares them with the system's headers.
A call without an `aarch64` number does not exist there.
"""


def _both(number: int) -> dict[str, int]:
    return {"x86_64": number, "aarch64": number}


NUMBERS: dict[str, dict[str, int]] = {
    # New processes and programs.
    "fork": {"x86_64": 57},
    "vfork": {"x86_64": 58},
    "clone": {"x86_64": 56, "aarch64": 220},
    "clone3": _both(435),
    "execve": {"x86_64": 59, "aarch64": 221},
    "execveat": {"x86_64": 322, "aarch64": 281},
    # Sockets, and the ring that can make them unseen.
    "socket": {"x86_64": 41, "aarch64": 198},
    "socketpair": {"x86_64": 53, "aarch64": 199},
    "io_uring_setup": _both(425),
    "io_uring_enter": _both(426),
    "io_uring_register": _both(427),
    # Signals.
    "kill": {"x86_64": 62, "aarch64": 129},
    "tkill": {"x86_64": 200, "aarch64": 130},
    "tgkill": {"x86_64": 234, "aarch64": 131},
    "rt_sigqueueinfo": {"x86_64": 129, "aarch64": 138},
    "rt_tgsigqueueinfo": {"x86_64": 297, "aarch64": 240},
    "pidfd_send_signal": _both(424),
    "fcntl": {"x86_64": 72, "aarch64": 25},
    # Other processes of the same user: their memory, descriptors, limits and priorities.
    "ptrace": {"x86_64": 101, "aarch64": 117},
    "process_vm_readv": {"x86_64": 310, "aarch64": 270},
    "process_vm_writev": {"x86_64": 311, "aarch64": 271},
    "process_madvise": _both(440),
    "process_mrelease": _both(448),
    "kcmp": {"x86_64": 312, "aarch64": 272},
    "pidfd_open": _both(434),
    "pidfd_getfd": _both(438),
    "prlimit64": {"x86_64": 302, "aarch64": 261},
    "setpriority": {"x86_64": 141, "aarch64": 140},
    "ioprio_set": {"x86_64": 251, "aarch64": 30},
    "sched_setaffinity": {"x86_64": 203, "aarch64": 122},
    "sched_setscheduler": {"x86_64": 144, "aarch64": 119},
    "sched_setparam": {"x86_64": 142, "aarch64": 118},
    "sched_setattr": {"x86_64": 314, "aarch64": 274},
    "migrate_pages": {"x86_64": 256, "aarch64": 238},
    "move_pages": {"x86_64": 279, "aarch64": 239},
    # What Landlock overlooks: owners, modes, times, attributes, truncation, handles.
    "open": {"x86_64": 2},
    "openat": {"x86_64": 257, "aarch64": 56},
    "openat2": _both(437),
    "chmod": {"x86_64": 90},
    "fchmod": {"x86_64": 91, "aarch64": 52},
    "fchmodat": {"x86_64": 268, "aarch64": 53},
    "fchmodat2": _both(452),
    "chown": {"x86_64": 92},
    "lchown": {"x86_64": 94},
    "fchown": {"x86_64": 93, "aarch64": 55},
    "fchownat": {"x86_64": 260, "aarch64": 54},
    "utime": {"x86_64": 132},
    "utimes": {"x86_64": 235},
    "futimesat": {"x86_64": 261},
    "utimensat": {"x86_64": 280, "aarch64": 88},
    "setxattr": {"x86_64": 188, "aarch64": 5},
    "lsetxattr": {"x86_64": 189, "aarch64": 6},
    "fsetxattr": {"x86_64": 190, "aarch64": 7},
    "setxattrat": _both(463),
    "removexattr": {"x86_64": 197, "aarch64": 14},
    "lremovexattr": {"x86_64": 198, "aarch64": 15},
    "fremovexattr": {"x86_64": 199, "aarch64": 16},
    "removexattrat": _both(466),
    "file_setattr": _both(469),
    "truncate": {"x86_64": 76, "aarch64": 45},
    "name_to_handle_at": {"x86_64": 303, "aarch64": 264},
    "open_by_handle_at": {"x86_64": 304, "aarch64": 265},
    "fanotify_init": {"x86_64": 300, "aarch64": 262},
    # Mounts and namespaces.
    "mount": {"x86_64": 165, "aarch64": 40},
    "umount2": {"x86_64": 166, "aarch64": 39},
    "pivot_root": {"x86_64": 155, "aarch64": 41},
    "chroot": {"x86_64": 161, "aarch64": 51},
    "unshare": {"x86_64": 272, "aarch64": 97},
    "setns": {"x86_64": 308, "aarch64": 268},
    "fsopen": _both(430),
    "fsconfig": _both(431),
    "fsmount": _both(432),
    "fspick": _both(433),
    "open_tree": _both(428),
    "move_mount": _both(429),
    "mount_setattr": _both(442),
    # Memory that RLIMIT_AS does not count.
    "memfd_create": {"x86_64": 319, "aarch64": 279},
    "memfd_secret": _both(447),
    "shmget": {"x86_64": 29, "aarch64": 194},
    "semget": {"x86_64": 64, "aarch64": 190},
    "msgget": {"x86_64": 68, "aarch64": 186},
    "mq_open": {"x86_64": 240, "aarch64": 180},
    # Kernel interfaces of no use to a compiler.
    "bpf": {"x86_64": 321, "aarch64": 280},
    "perf_event_open": {"x86_64": 298, "aarch64": 241},
    "userfaultfd": {"x86_64": 323, "aarch64": 282},
    "keyctl": {"x86_64": 250, "aarch64": 219},
    "add_key": {"x86_64": 248, "aarch64": 217},
    "request_key": {"x86_64": 249, "aarch64": 218},
    "personality": {"x86_64": 135, "aarch64": 92},
    "quotactl": {"x86_64": 179, "aarch64": 60},
}
