"""Object stores: the logs below a URL are brought to a folder of this machine and read there."""
