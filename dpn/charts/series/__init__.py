"""Series: curves and ways coloured by what each step added, and small ones for lists."""
