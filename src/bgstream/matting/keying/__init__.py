"""Keys: mattes from what is known of the backdrop, without any network."""
