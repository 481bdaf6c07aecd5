"""Many small tables as Keras writes them, and how long it takes to read them."""
