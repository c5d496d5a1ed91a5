"""The places of an image that decided: in the picture, as bars, and beside others like them."""
