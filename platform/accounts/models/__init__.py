from accounts.models.membership import Membership, Role
from accounts.models.one_time_code import OneTimeCode
from accounts.models.person import Person
from accounts.models.sign_in_hand_off import SignInHandOff
from accounts.models.terms_acceptance import TermsAcceptance

__all__ = ["Membership", "OneTimeCode", "Person", "Role", "SignInHandOff", "TermsAcceptance"]
