// Consent: refused where it is asked for, also where that takes two layers; never given.
const WHAT = "(?: (?:all|any|the|non-essential|nonessential|optional|additional|unnecessary|other|tracking|analytics|cookies?|and close|& close))*";
const REFUSAL = new RegExp(
  `^(?:(?:i )?(?:reject|decline|refuse|deny|disagree|disallow)${WHAT}` +
    "|(?:(?:use|allow|accept|keep|save) )?(?:only |just )?(?:strictly )?(?:necessary|essential|required)(?: (?:cookies?|only))*" +
    "|continue without (?:accepting|agreeing|consent(?:ing)?|cookies)|(?:do not|don['’]t) (?:accept|allow|consent|agree)" +
    "|no,? thanks?|no,? thank you" +
    "|(?:alle |alles |cookies |alle cookies |optionale )?(?:ablehnen|verweigern)|nur (?:technisch )?(?:notwendige|erforderliche|essenzielle|essentielle)(?: cookies)?(?: (?:akzeptieren|zulassen|verwenden|erlauben))?" +
    "|(?:tout |je )?refuse[rz]?(?: tout| tous| les cookies| tous les cookies)*|continuer sans accepter" +
    "|rechazar(?: todas?| todos?| las| cookies| opcionales)*|solo necesarias" +
    "|rifiuta(?: tutt[oi]| i cookie)*|continua senza accettare|solo necessari" +
    "|(?:rejeitar|recusar)(?: tudo| todos?| cookies)*|(?:alles |alle |alle cookies )?(?:weigeren|afwijzen)" +
    "|odrzu(?:ć|cam)(?: wszystkie)?|(?:avvisa|neka)(?: alla)?|afvis(?: alle)?|kun nødvendige|hylkää(?: kaikki)?|odmítnout(?: vše)?" +
    "|すべて拒否(?:する)?|拒否(?:する)?|全部拒绝|拒绝)$", "i");
const ABOUT_CONSENT = /cookie|consent|privacy|tracking|datenschutz|einwillig|vie privée|confidentialité|privacidad|プライバシー/i;
const asksConsent = (element) => {
  const inFrame = window !== window.top;
  for (let at = above(element), steps = 0; at && steps < 10; at = above(at), steps++) {
    const isEnd = at === document.body;
    if (isEnd && !inFrame) return false;
    const isApart = isEnd || isFixed(at) || at.matches("dialog, [role=dialog], [role=alertdialog], [aria-modal=true]") || at.parentElement === document.body;
    const said = isApart ? at.innerText || at.shadowRoot?.textContent || "" : "";
    if (isApart && said.length < 8000 && ABOUT_CONSENT.test(said + (inFrame ? document.title : ""))) return true;
  }
  return false;
};
const MANAGE = new RegExp(
  "^(?:(?:manage|customi[sz]e|change|edit|adjust|set|review|choose)(?: (?:my|your|the))?(?: (?:cookies?|privacy|consent|tracking))?(?: (?:preferences|settings|choices|options|cookies))?" +
    "|(?:cookie|privacy|consent) (?:settings|preferences|choices|options)|(?:more|show) (?:options|choices|settings)|(?:preferences|settings|options)|let me choose" +
    "|(?:cookie-?)?einstellungen(?: (?:verwalten|anpassen|ändern))?|(?:mehr|weitere) optionen|anpassen" +
    "|(?:paramétrer|personnaliser|gérer)(?: (?:mes|les|vos))?(?: (?:choix|cookies|préférences))?|(?:configurar|gestionar|personalizar)(?: cookies)?" +
    "|(?:gestisci|personalizza)(?: (?:i )?(?:cookie|preferenze))?|(?:gerir|gerenciar)(?: cookies)?|(?:instellingen|voorkeuren)(?: (?:beheren|aanpassen))?)$", "i");
const SAVE = new RegExp(
  "^(?:(?:save|confirm|submit|apply)(?: (?:and|&) (?:close|exit))?(?: (?:my|your|the))?(?: (?:current|selected))?(?: (?:choices?|preferences|settings|selection))?(?: (?:and|&) (?:close|exit))?" +
    "|(?:auswahl|einstellungen) (?:speichern|bestätigen)|(?:enregistrer|confirmer)(?: mes)?(?: choix)?|guardar(?: (?:mis )?preferencias| selección)?|salva(?: preferenze)?)$", "i");
const SWITCHES = "input[type=checkbox], [role=switch], [role=checkbox]";

const asking = (pattern) =>
  all(BUTTON).find((each) => isHarmless(each) && words(each).length < 60 && pattern.test(words(each)) && isSeen(each) && asksConsent(each));
const isOn = (each) => (each.localName === "input" ? each.checked : each.getAttribute("aria-checked") === "true");
const switchOff = () => {
  for (const each of all(SWITCHES)) if (isOn(each) && !isInert(each) && asksConsent(each)) each.click();
  return all(SWITCHES).every((each) => !isOn(each) || isInert(each) || !asksConsent(each));
};
// Refuses, or opens the layer in which one can, or there says no to all and saves that; gives the words clicked.
const refuse = () => {
  const refusal = asking(REFUSAL);
  const layer = refusal || state.managed ? null : asking(MANAGE);
  const saving = refusal || !state.managed ? null : asking(SAVE);
  const button = refusal ?? layer ?? (saving && switchOff() ? saving : null);
  if (!button) return null;
  state.managed ||= Boolean(layer);
  const said = words(button);
  button.click();
  return { said, isLayer: Boolean(layer) };
};
