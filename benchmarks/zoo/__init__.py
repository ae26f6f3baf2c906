"""A zoo of policy pages: families of sites that nobody tuned for, with labelled transitions."""
