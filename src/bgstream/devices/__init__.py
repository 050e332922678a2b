"""What this machine has: cameras, virtual webcams, who holds them, who watches.

Light: the standard library only. Linux is asked through V4L2 and sysfs; elsewhere the lists are short or empty.
"""
