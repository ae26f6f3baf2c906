"""The sentences that the zoo's policies are made of: our own, with slots, by topic."""

from __future__ import annotations

# fmt: off
PRODUCTS = ("Lumenate", "Quillwork", "Parsewell", "Driftnote", "Cobalt Desk", "Sonder Studio", "Tallow AI", "Verdigris",
            "Kestrel Code", "Marrow Chat", "Plinth", "Oxbow", "Saltmarsh", "Thimble", "Umbra Voice", "Wicket", "Yonder Draw", "Zephyr Notes")
ENDINGS = ("Inc.", "GmbH", "Ltd", "SAS", "B.V.", "Labs, Inc.", "Technologies LLC")
VENDORS = ("Northgate Cloud", "Ferrule Hosting", "Basalt Mail", "Inkwell Analytics", "Tern Support Desk", "Halyard Payments",
           "Cairn Monitoring", "Osprey Identity", "Mistle Transcription", "Gannet Storage", "Pumice Logging", "Brae Inference")
PLACES = ("Ireland", "Germany", "the United States", "the Netherlands", "Singapore", "Canada", "France", "Japan")
PURPOSES = ("hosting of customer data", "delivery of e-mail", "product analytics", "customer support", "payment processing",
            "error monitoring", "single sign-on", "speech to text", "model inference", "backup storage")
THINGS = ("workspace", "project", "assistant", "transcript", "prompt", "notebook", "recording", "dataset", "agent", "canvas")

TOPICS: dict[str, tuple[str, ...]] = {
    "Information we collect": (
        "When you create an account with {product} we ask for your name, your e-mail address and a password.",
        "We record the content that you put into a {thing}, including files, pictures and instructions.",
        "Our servers note the address of your device, the kind of browser and the time of each request.",
        "If you pay for {product}, {vendor} collects your card details; we see only the last four digits.",
        "We receive your profile from an identity provider when you sign in through one.",
        "We do not ask for special categories of data, and you should not put them into a {thing}.",
        "Diagnostic reports hold the size of a {thing} and how long it took, but never what it says.",
    ),
    "How we use information": (
        "We use account details to run {product}, to answer your questions and to send invoices.",
        "We may look at a {thing} when you report a fault and ask us to investigate it.",
        "Usage figures help us to plan capacity and to decide which features to build next.",
        "We will send you news about {product} only if you have agreed to receive it.",
        "Automated checks look for spam, malware and attempts to take over accounts.",
        "We combine figures from many customers so that no single person can be recognised in them.",
    ),
    "Training of models": (
        "We do not use the content of a {thing} to train our models unless you opt in.",
        "Business customers are excluded from training by default, and no setting changes this without an administrator.",
        "Feedback that you send with the thumb buttons may be used to improve the models behind {product}.",
        "You can withdraw your permission in the settings at any time; it takes effect for new content.",
        "Models supplied by {vendor} are bound by contract not to learn from what is sent to them.",
        "De-identified samples may be kept for evaluation for up to {months} months.",
    ),
    "Sharing with others": (
        "We share personal data with service providers who act on our instructions, among them {vendor}.",
        "We do not sell personal data, and we do not share it for advertising across contexts.",
        "A court or an authority may oblige us to hand over data; we will tell you unless the law forbids it.",
        "If {product} is acquired, your data may pass to the buyer under the promises of this document.",
        "Members of your organisation can see a {thing} that you place in a shared folder.",
        "We may disclose figures that do not identify anyone to partners and researchers.",
    ),
    "Retention": (
        "We keep the content of your account for {days} days after you close it, and then delete it.",
        "Server logs are deleted after {months} months unless they are needed for an inquiry.",
        "Backups are overwritten within {days} days; until then they cannot be searched.",
        "Invoices are kept for {years} years because tax law requires it.",
        "You can delete a single {thing} yourself; it leaves our systems within {days} days.",
        "A temporary chat is removed after {hours} hours and never appears in your history.",
    ),
    "Security": (
        "Data is encrypted on its way to us and where it is stored.",
        "Access to production systems is limited to staff who need it and is reviewed every {months} months.",
        "We will notify you of a breach of personal data within {hours} hours after we become aware of it.",
        "Independent testers attack {product} at least once a year, and we share a summary on request.",
        "You must keep your password secret and tell us at once if you think that someone knows it.",
        "Keys are held by {vendor} in hardware modules and rotated every {days} days.",
    ),
    "International transfers": (
        "Our servers stand in {place}, and some of our providers work from {place2}.",
        "Where data leaves the European Economic Area we rely on the standard contractual clauses.",
        "You may ask us for a copy of the safeguards that apply to a transfer.",
        "Customers on the enterprise plan can choose to keep content in {place} only.",
    ),
    "Your rights": (
        "You may ask for access to your data, for its correction and for its deletion.",
        "We answer a request within {days} days and do not charge for it.",
        "You can object to processing that rests on our legitimate interests.",
        "You may complain to the authority of the country where you live.",
        "An agent may make a request for you if you give them written permission.",
        "We will not treat you worse because you made use of a right.",
    ),
    "Children": (
        "{product} is not meant for anyone under {age} years of age.",
        "If we learn that a child has given us data we will delete it.",
        "Schools may use {product} for pupils only under a separate agreement.",
    ),
    "Cookies": (
        "We set a cookie that keeps you signed in; it expires after {days} days.",
        "Measurement cookies are set only after you agree to them.",
        "You can refuse cookies in your browser, but parts of {product} may then fail.",
        "{vendor} sets a cookie to tell people from programs.",
    ),
    "Your account": (
        "You must be at least {age} years old and able to enter into a contract.",
        "You are responsible for what happens under your account and for the people you invite to it.",
        "One person may not hold more than one free account.",
        "We may refuse a name that belongs to someone else or that misleads.",
    ),
    "Your content": (
        "You keep all rights in what you put into a {thing} and in what {product} returns to you.",
        "You grant us a licence to store and process your content only as far as the service needs it.",
        "Output may be wrong, and you should check it before you rely on it.",
        "Two customers may receive the same output, and neither can forbid the other to use it.",
        "You may not present output as the work of a person where that would deceive.",
    ),
    "Acceptable use": (
        "You may not use {product} to break the law or to help someone else to do so.",
        "You may not try to find out how the models work or use output to build a competing model.",
        "You may not send more than {number} requests in an hour without our consent.",
        "You must not upload a {thing} that contains malware.",
        "Material that sexualises children is forbidden and will be reported.",
        "You may not give medical, legal or financial advice to others that rests on output alone.",
    ),
    "Fees and payment": (
        "Fees are due {days} days after the date of the invoice.",
        "A subscription renews by itself for the same term unless you cancel it {days} days before.",
        "Credits expire {months} months after you bought them and cannot be paid out.",
        "We may change prices with {days} days of notice, and not within a term that you have paid for.",
        "Refunds are given within {days} days of the first purchase if you used fewer than {number} credits.",
        "Taxes are added where the law asks for them.",
    ),
    "Suspension and termination": (
        "You may close your account at any time in the settings.",
        "We may suspend an account that endangers others, and we will tell you why.",
        "Either party may end the agreement with {days} days of notice.",
        "After the end you can export your content for {days} days.",
    ),
    "Warranties": (
        "{product} is provided as it is, without a promise that it will be free of faults.",
        "We aim for the service to be reachable {uptime} percent of each month.",
        "Features marked as beta may change or vanish without notice.",
    ),
    "Liability": (
        "Neither party is liable for lost profits or for damage that could not be foreseen.",
        "Our liability is limited to the fees that you paid in the {months} months before the claim.",
        "Nothing in this document limits liability for intent or for harm to life and health.",
        "You will defend us against claims of others that arise from your content.",
    ),
    "Governing law": (
        "This document is governed by the laws of {place}.",
        "The courts at our registered seat decide on disputes, unless consumer law says otherwise.",
        "Before going to court the parties try for {days} days to settle a dispute between themselves.",
    ),
    "Sub-processors": (
        "The customer authorises us to engage the sub-processors listed on this page.",
        "We announce a new sub-processor {days} days before it receives data.",
        "The customer may object within {days} days on reasonable grounds of data protection.",
        "We remain liable for what a sub-processor does as if we had done it.",
    ),
    "Audits": (
        "The customer may audit us once a year with {days} days of notice.",
        "A current report of an independent auditor takes the place of an audit on site.",
        "Each party bears its own costs of an audit unless it finds a serious fault.",
    ),
    "Changes to this document": (
        "We may change this document; if a change matters we tell you {days} days before it takes effect.",
        "Earlier versions are available on request.",
        "If you go on using {product} after that day you accept the new version.",
    ),
}

SETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "privacy": ("Privacy Policy", ("Information we collect", "How we use information", "Training of models", "Sharing with others",
                "Retention", "Security", "International transfers", "Your rights", "Children", "Cookies", "Changes to this document")),
    "terms": ("Terms of Service", ("Your account", "Your content", "Acceptable use", "Fees and payment", "Training of models",
              "Suspension and termination", "Warranties", "Liability", "Governing law", "Changes to this document")),
    "dpa": ("Data Processing Addendum", ("Sub-processors", "Security", "International transfers", "Audits", "Retention",
            "Your rights", "Liability", "Governing law")),
    "subs": ("Sub-processors", ("Sub-processors", "International transfers", "Changes to this document")),
    "use": ("Usage Policy", ("Acceptable use", "Your content", "Children", "Suspension and termination", "Changes to this document")),
    "cookies": ("Cookie Policy", ("Cookies", "Your rights", "International transfers", "Changes to this document")),
    "data": ("How your data is used", ("Training of models", "Retention", "Security", "Sharing with others")),
    "saas": ("Subscription Agreement", ("Your account", "Fees and payment", "Your content", "Security", "Warranties", "Liability",
             "Suspension and termination", "Audits", "Governing law")),
}

LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Information we collect": ("We collect in particular:", ("your name and address", "the language of your device", "payment history",
        "pages that you visit on our site", "answers to surveys", "voice recordings, if you switch dictation on")),
    "Acceptable use": ("You may not use the service to:", ("harass or threaten people", "generate spam or fake reviews", "track people without consent",
        "write malware", "interfere with elections", "circumvent limits of the free plan", "scrape output in bulk")),
    "Your rights": ("In particular you have the right to:", ("receive a copy of your data", "have mistakes corrected", "have your data deleted",
        "restrict processing", "take your data elsewhere", "withdraw consent")),
    "Sharing with others": ("Recipients of data are:", ("hosting providers", "payment providers", "analytics providers", "auditors and lawyers", "our affiliates")),
    "Suspension and termination": ("We may end the agreement at once if:", ("a payment is late by {days} days", "the account is used for fraud", "the law obliges us to")),
    "Security": ("Our measures include:", ("encryption at rest", "two-factor sign-in for staff", "separate networks", "tested restore of backups", "training of staff every year")),
}
DEFINITIONS = (
    ("Customer", "the person or organisation that orders the service"), ("Service", "the software that we offer under the name {product}"),
    ("Content", "everything that a user sends to the service"), ("Output", "what the service returns in answer to content"),
    ("Personal data", "information about an identified or identifiable person"), ("Affiliate", "a company that holds more than {half} percent of a party"),
    ("Order", "a form that names the service, its term and the fees"), ("Confidential", "marked so, or plainly secret by its nature"),
)
NEW_CLAUSES = (
    "We now also use recordings of calls with our support staff to check the quality of our answers.",
    "Administrators may read and export every conversation of the members of their organisation.",
    "Disputes are decided by a single arbitrator, and you waive the right to a jury.",
    "Content in the free plan may be reviewed by people in order to improve safety.",
    "We may share your contact details with resellers in your region so that they can call you.",
    "From now on you may ask for your data in a format that machines can read.",
    "The voice feature stores a print of your voice, which you can delete in the settings.",
    "We have appointed a representative in the European Union for matters of data protection.",
    "You may not use the service to identify people from pictures of their faces.",
    "If you connect a third-party application, its terms apply to the data it receives.",
)
MENU = ("Product", "Pricing", "Customers", "Docs", "Blog", "Careers", "Company", "Sign in", "Integrations", "Changelog", "Solutions", "Partners", "Research", "Download")
POSTS = ("How a small clinic writes its letters", "Five habits of calm teams", "What we learned from a year of voice", "Inside our new search",
         "A guide to better prompts", "Meet the people behind support", "Why we moved to smaller models", "Building a library of templates",
         "The state of meetings", "Three ways to share a notebook", "Notes from our user day", "Release round-up")
RIBBONS = ("New: dictation in twelve languages. See how it works", "Join us in Lisbon on 14 May for our user day. Register", "Save 20% on yearly plans until Friday",
           "We raised our series B. Read the story", "Introducing agents that file your expenses. Try it now", "")
QUOTES = ("It saves my team two hours a day. Ines, operations", "Setup took one afternoon. Marek, engineer", "I stopped writing minutes. Odile, teacher",
          "Our customers noticed within a week. Tomasz, support lead", "The best purchase of the year. Ravi, founder")
COMMENTS = ("Could you keep chats for more than 30 days?", "We must not be trained on!", "Nice page.", "When will you support exports?")
