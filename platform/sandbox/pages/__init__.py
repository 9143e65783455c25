"""The pages that people see: hosted checkout and onboarding, phones, mailbox, an overview."""
