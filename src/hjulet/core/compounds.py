"""Words that Swedish care makes compounds of, written for Hjulet. A word that is not here is only found whole."""

FIRST = """
allergi akut aktivitet ankomst anhörig ansvar antibiotika arbete arbets armband asfalt assistent avdelning avvikelse
bad badrum barn basal behandling behov bemanning bemötande benbrott besök biståndshandläggare blod blodsocker
blodtryck boende boendestöd boenderum bostad brand bränn bröd brukare bussresa cykel dag daglig data delegering demens
depression diabetes diagnos dialys distrikt dokument dosett dos drift dubbel dropp dryck dusch dörr ekonomi el epilepsi
ersättning extra fall familj feber fel fot frukost fysio fysioterapi fönster föräldra förband förbrukning förflyttning
förskrivning förvaring funktion gas genomförande golv gott grupp hand handläggning handling hals hem hemma
hemsjukvård hemtjänst hiss hjul hjälp hjälpmedel hjärt hjärta hosta hot hud hund hus hushåll hygien händelse hörapparat
hörsel höft identitet individ infektion information inkontinens inköp insats insulin integritet intern iv it jour
journal julafton jul kateter katt klagomål klinik kniv knä kock kommun kommunikation kompetens kontakt kontor korridor
korttid kost kropp kund kvalitet kväll kyla kyl kök larm led ledning legitimation lunch lung lyft läkare läkemedel länk
lösenord löne lön lex maka man mat matsal medarbetare medicin mellanmål middag mobil morfin morgon mottagning munhälsa
mun mål måltid mäns missbruk natt norm nutrition nyckel närings näring närstående nödlarm nät ohälsa olycka omsorg
omvårdnad opiat ordination organisation packning palliativ parkering patient permobil person personal personlig
pension planering plåster polis post prov provsvar psykiatri psykisk puls rehab rehabilitering rapport rapportering
restriktion resurs risk riktlinje rull rullstol rum rutin ryggsäck rygg råd rök röntgen sal samtal samtycke samverkan
sekretess sele service signering signatur signerings situation sjuk sjukdom sjukgymnast sjukhus sjuksköterska sjukvård
skada skador skola skydd skydds skåp smitta smitto smärta social socialtjänst sommar sond spis spruta språk stick stol
stroke stress städ stöd suicid synpunkt system syrgas säker säkerhet sår säng sängliggande tablett tand telefon terapi
test text tid tids tillsyn tjänst toalett transport trapp trappa tryck trygghet träning träff tvätt undersökning
undersköterska uppföljning upphandling urin utbildning utevistelse utlämning utredning utskrivning vaccin vaccination
vak vakt varm vatten verksamhet vikarie vinter virus vistelse våld vård vårdplan vårdtagare vägg värk värme vätske
vätska väska återkoppling åtgärd öga ögon öra öron överlämning övervakning
"""
LAST = """
akut alarm ansvar ansvarig apparat arbete armband assistans assistent avdelning avvikelse bad bedömning behandling
behov bemötande besked besök besökare blöja bord boende bostad brand brist broms brott bråck byte chef chock dag delning
dag dokument dokumentation dos dosering dosett dryck dusch dörr ersättning fall fel flaska form fraktur förband
förflyttning förgiftning förlust förmåga förråd försämring försök genomgång golv grind grupp handling handlingar hjälp
hjälpmedel hiss hantering händelse huvud hylla hårdhet identitet infektion information inköp insats journal jour
kateter klagomål klocka knapp konsistens kontakt kontroll kort kost kostnad krav kräm kurs kväll larm ledning lista list
lyft
låda läkare läge lägenhet lås mat matta medel medicin misshandel miljö missbruk mottagning mål möte natt nedsättning
nummer nyckel olycka omsorg omvårdnad ordination personal pass plan planering plats prov provtagning problem process
process puls påse påminnelse rapport rapportering recept register rehabilitering resa resurs risk ronden rond rum
rutin råd rör rörelse rörlighet rullstol röntgen sal samordnare samtal sele service signering sjuk sjukdom
sjuksköterska sjukvård skada skador skydd skylt skåp skötsel smitta smärta sond sort spis spruta stol stopp stick stöd
ställning sticka sår säkerhet säng tablett tagare team telefon terapeut tid tider tillfälle tillsyn tillstånd tjänst
toalett transport trappa tryck träning tvätt undersköterska undersökning uppföljning uppgift uppgifter utbildning
utredning vak vakt vaccin vagn vatten verksamhet vecka vikarie virus visit våld vård vårdplan vårdtagare värde värk
vägg väntan vätska åtgärd översyn överlämning
"""
# Ends that can stand after anything: no Swedish word ends so by chance.
HEADS = """
olycka olyckor avvikelse avvikelser personal sköterska medicin läkemedel behandling infektion rutin rapport tjänst
dokumentation signering delegering utredning åtgärd bedömning besök hjälpmedel säkerhet verksamhet förflyttning
"""
# Words that look like compounds of the above and are not.
NEVER = """
avfall material materiel patient patienter idrott bråttom resultat förfall infall utfall tillfälle undantag sedan
fallenhet matematik matador matchen handel handlar händer kostym listig planet planeter salt saltlösning stolt rumpa
rådjur rikt riktig fotografi dagis tidning natur naturlig baddare trädgård elev elever elände arme
"""
