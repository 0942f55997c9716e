"""SFT -> GRPO under a controlled overlap: recipes, stages and the ablation runner."""
