from kernel.errors import Refusal


class CodeWrong(Refusal):
    code = "code_wrong"


class CodeExpired(Refusal):
    code = "code_expired"


class TooManyAttempts(Refusal):
    code = "too_many_attempts"


class TermsNotAccepted(Refusal):
    code = "terms_not_accepted"


class HandOffInvalid(Refusal):
    code = "hand_off_invalid"


class EmailTaken(Refusal):
    code = "email_taken"
