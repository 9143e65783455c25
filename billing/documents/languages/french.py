"""French of Canada."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    "title_invoice": "Facture",
    "title_credit_note": "Note de crédit",
    "title_receipt": "Reçu",
    "title_refund": "Reçu de remboursement",
    "title_statement": "Relevé de l’agent",
    "title_self_billed": "Facture établie par l’acquéreur",
    "title_self_billed_credit": "Note de crédit établie par l’acquéreur",
    "title_remittance": "Avis de versement",
    "date": "Date",
    "currency": "Monnaie",
    "page": "Page {page} de {pages}",
    "labelled": "{label} : {value}",
    "bill_to": "Facturé à",
    "received_from": "Reçu de",
    "refunded_to": "Remboursé à",
    "paid_to": "Versé à",
    "officer": "Agent",
    "supplier": "Fournisseur",
    "on_behalf_of": "Pour le compte de",
    "job": "Mission",
    "venue": "Lieu",
    "shift": "Période de service",
    "contract": "Contrat",
    "contract_version": "Version {version}, acceptée le {moment}",
    "contract_version_only": "Version {version}",
    "period": "Période",
    "from_to": "du {first} au {last}",
    "paid_how": "Mode de versement",
    "terms": "Conditions",
    "credits": "Corrige",
    "credited_invoice": "Facture {number} du {date}",
    "reason": "Motif",
    "means": "Mode de paiement",
    "received_on": "Reçu le",
    "refunded_on": "Remboursé le",
    "reference": "Référence",
    "tax_number": "Numéro d’inscription aux taxes {number}",
    "col_description": "Description",
    "col_work": "Travail",
    "col_code": "Code de paie",
    "col_worked": "Travaillé",
    "col_billed": "Facturé",
    "col_paid_hours": "Heures payées",
    "col_rate": "Taux",
    "col_net": "Net",
    "col_tax": "Taxes",
    "col_amount": "Montant",
    "section_earned": "Gagné, à virer",
    "section_account": "Ce qui vous est dû",
    "section_payroll": "Avec la paie de votre service",
    "section_work": "Travaux",
    "section_corrections": "Corrections de travaux antérieurs",
    "service_fee": "Frais de service",
    "by_supplier": "{description} ({supplier})",
    "line_payment": "Paiement pour la mission {reference} · {title}",
    "line_refund": "Remboursement pour la mission {reference} · {title}",
    "line_credit": "Correction de la facture {number}",
    "line_supplied": "Fourni : {supplied}, dont {pay} versés directement aux agents",
    "line_transfer_detail": "Viré le {date}, {provider_reference}",
    "line_reversal": "Repris : mission {reference} · {title}",
    "line_reversal_detail": "Repris le {date}, {provider_reference}, du virement {transfer}",
    "line_less_fees": "Moins des frais de {fees}",
    "move_earned": "Ajouté à vos gains",
    "move_taken_back": "Retranché de vos gains",
    "move_paid": "Viré à votre compte",
    "move_returned": "Revenu de votre compte",
    "subtotal": "Sous-total avant taxes",
    "tax": "{name} {rate}",
    "tax_registered": "{name} {rate} (inscription {number})",
    "total": "Total",
    "total_credit": "Total crédité",
    "total_received": "Reçu",
    "total_refunded": "Remboursé",
    "total_tax": "Taxes",
    "total_transferred": "Viré",
    "owed_before": "Dû au début",
    "earned_in_period": "Gagné pendant la période",
    "transferred_to_officer": "Viré à votre compte",
    "came_back": "Revenu de votre compte",
    "owed_at_end": "Dû à la fin",
    "sent_to_payroll": "Transmis à la paie",
    "prepaid": "Payé d’avance pour cette période de service",
    "refunded": "Remboursé",
    "still_to_pay": "Reste à payer",
    "balance": "Solde",
    "terms_prepaid": "Payé d’avance",
    "terms_saved_card": "Le solde est perçu par le mode de paiement convenu",
    "terms_net_days": "Payable dans les {days} jours, au plus tard le {date}",
    "means_card": "Carte ou autre paiement en ligne",
    "means_debit": "Débit bancaire",
    "means_invoice": "Règlement d’une facture à terme",
    "paid_direct": "Viré à votre compte connecté; votre banque le reçoit avec le prochain versement.",
    "paid_payroll": (
        "Payé par votre service avec sa prochaine paie, sous le code de paie indiqué. Aucun virement n’est fait ici."
    ),
    "paid_agency": "Payé par l’agence qui vous a engagé.",
    "note_rates_include_tax": (
        "Les taux horaires comprennent les taxes; le montant net est calculé par ligne et arrondi au cent."
    ),
    "note_hours": (
        "Travaillé : le temps vérifié sur place. Facturé : selon les minimums et les arrondis prévus au contrat."
    ),
    "note_service_fee": "Les frais de service sont fournis par {platform}.",
    "note_no_tax": "Aucune taxe n’est perçue sur ce document.",
    "note_receipt": ("Ce reçu n’est pas une facture. La facture est établie lorsque les heures sont approuvées."),
    "note_refund": "Cette somme avait été payée sans être facturée : aucune facture n’est modifiée.",
    "note_credit": "Cette note de crédit réduit la facture nommée ci-dessus. Conservez-la avec la facture.",
    "note_statement": (
        "Travaillé : le temps vérifié sur place. Les heures payées suivent les règles de votre service : minimums et "
        "arrondis. Les retenues, s’il y en a, relèvent de votre employeur et ne figurent pas ici."
    ),
    "note_self_billed": (
        "Établie par {issuer} pour le compte de {officer}, qui n’émet aucune facture pour le même travail. "
        "Toute erreur est signalée à l’émetteur; un autre document la corrige."
    ),
    "note_remittance": (
        "Chaque ligne est un virement, ou la part d’un virement qui a été reprise, avec ce qui en est la taxe sur ce "
        "qui a été fourni."
    ),
}

# What clocks are set to goes by other letters too: heure normale and heure avancée.
ZONE_NAMES: Final[dict[str, str]] = {
    "AST": "HNA",
    "ADT": "HAA",
    "EST": "HNE",
    "EDT": "HAE",
    "CST": "HNC",
    "CDT": "HAC",
    "MST": "HNR",
    "MDT": "HAR",
    "PST": "HNP",
    "PDT": "HAP",
    "NST": "HNT",
    "NDT": "HAT",
}

# Sales taxes go by other letters in French; a policy names them once.
TAX_NAMES: Final[dict[str, str]] = {"HST": "TVH", "GST": "TPS", "GST/HST": "TPS/TVH", "QST": "TVQ", "PST": "TVP"}
