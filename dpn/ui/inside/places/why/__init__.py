"""Why a place speaks for its class: by what its test images usually have, in words and marked."""
