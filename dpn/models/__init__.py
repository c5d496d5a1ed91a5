"""What a model is: its settings, presets that are known to work, and the networks themselves."""
