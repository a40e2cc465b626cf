"""What mends a finding: functions from a shape to fixes, each a title with edits that go in together."""
