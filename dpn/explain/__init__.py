"""Why an image scored as it did: the exact account, and where in the image it was decided."""
