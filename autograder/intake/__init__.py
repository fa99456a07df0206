"""Files from students and from an LMS are made safe here before anything else reads them."""
