"""What the shipped runs are made by, beside a plain training: their recipes, and a teacher."""
