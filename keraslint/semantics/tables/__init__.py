"""Generated facts about the public API of keras, tf-keras and tensorflow."""
