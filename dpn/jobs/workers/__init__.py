"""The process of a training: started, told what to do, and what it tells."""
