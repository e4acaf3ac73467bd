/** The commonest words of some languages, which say nothing about what a chat is about. A word may be of several. */
const LISTS: Readonly<Record<string, string>> = {
  English:
    "a about after all also am an and any are as at be because been but by can can't could did do does doesn't don't for from get go got had has have he her here him his how i i'd i'll i'm i've if in into is isn't it it's its just like me more most my no not now of off ok on one only or other our out over she should so some than that that's the their them then there these they this those to too up us very was we were what when where which who why will with would yeah yes you your you're",
  German:
    'aber alle als also am an auch auf aus bei bin bis bist da dann das dass dem den denn der des die dir doch du ein eine einem einen einer er es euch für ganz habe haben hast hat hatte ich ihr im immer in ist ja jetzt kann kein keine man mal mehr mein mich mir mit nach nein nicht noch nur ob oder schon sehr sich sie sind so über um und uns vom von vor war was wenn wer wie wieder will wir wird wo zu zum zur',
  French:
    "à ai alors au aussi avec avoir bien c'est ça ce ces cette comme d'un d'une dans de des du elle en est et eu fait il ils j'ai je la le les leur lui ma mais me même moi mon ne nous on ont ou où par pas plus pour qu'il que qui sa se si son sont suis sur ta te tes toi ton tout très tu un une va vous y",
  Spanish:
    'al así aquí bien como con cuando de del desde donde e el él ella ellos en era es esa ese eso esta está este esto fue ha han hay la las le les lo los más me mi mis mucho muy nada ni no nos o para pero por porque pues que qué quien se ser si sí sin sobre son su sus también te tengo tiene todo tu un una uno y ya yo',
  Portuguese:
    'à ao aos as assim até com como da das de dela dele depois do dos e é ela ele em então entre era essa esse esta está eu foi isso já lhe mais mas me mesmo meu minha muito na não nas nem no nos nós o os ou para pela pelo por qual quando que quem se sem ser seu só sua também te tem tudo um uma vai você vocês',
  Italian:
    'a ad ai al alla anche c che chi ci come con cosa da dal dei del della delle di dove e è era gli ha hai hanno ho i il in io la le lei lo loro lui ma me mi mia mio ne nei nel nella no noi non o per perché più poi quando quello questa questo se sei si sì sono sta su sul te ti tu tutti tutto un una uno voi',
  Dutch:
    'aan al als bij dan dat de die dit door een en er ga geen goed had heb hebben heeft het hier hij ik in is ja je kan kunnen maar me meer met mij mijn moet na naar nee niet nog nu of om omdat ons ook op over te toch tot uit van veel voor was wat we wel wie wij wil worden ze zei zijn zo zou',
  Russian:
    'а без был была были было быть в вам вас ваш во вот все всё вы где да даже для до его ее её если есть еще ещё же за здесь и из или им их к как какой когда кто ли меня мне много может можно мой мы на надо нам нас не него нет ни но ну о об один он она они оно от очень по под потом потому просто с сам себя со так такой там тебе тебя то тоже только тут ты у уже хорошо хоть чем что чтобы это этого этот я',
  Ukrainian:
    'або але був була були було бути вас ваш вже ви від він вона вони все де для до його її і із їх й коли мені ми може на навіть нас не немає ні ну про та так такий там те тебе ти тільки то тут у це цей що щоб як який якщо',
  Polish:
    'ale bo był była było by być ci co czy da dla do dobrze go i ich ja jak jako je jego jej jest jestem już kiedy kto ma mam mi mnie może mu my na nam nas nie nich nim no o od on ona oni ona po pod przez się są ta tak tam te tego tej ten to tu ty tylko w we wiem więc z za że',
  Turkish:
    'ama ben bana beni bir biz bu bunu çok da daha de değil diye en gibi hem hiç için ile ise kadar ki mi mı mu mü ne neden nasıl o olan olarak oldu olur ona onu sana sen seni siz şey şu tamam var ve veya ya yok',
  Indonesian:
    'ada aja aku apa atau bisa buat dan dari di dia ga gak gue hanya ini itu jadi juga kalau kalo kamu karena ke kita kok lagi lah lu mau mereka nya pada saja sama saya sih sudah tapi tidak udah untuk ya yang',
};

export const STOP_WORDS: ReadonlySet<string> = new Set(
  Object.values(LISTS).flatMap((list) => list.split(' ')),
);
