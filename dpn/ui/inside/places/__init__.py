"""Where in an image it was decided: found, drawn, and told in words."""
