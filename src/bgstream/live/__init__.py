"""A camera for calls: prompt, private and out of the way. See :mod:`bgstream.live.session`."""
