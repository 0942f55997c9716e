"""SFT and RL data sets at a requested overlap, with a manifest that proves it."""
