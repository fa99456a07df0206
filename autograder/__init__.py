"""The instructors' side: builder, audit, release, engine and nbgrader glue. Not for students."""
