"""Making the finder: an adapter with which the model finds answers, or says that there are none."""
