"""What is answered, one file per noun; every function declared in one of them is a route."""
