//! Words of languages written in Latin letters.

use super::Words;

pub(super) const ENGLISH: Words = Words {
    describing: "Amber|Ancient|Autumn|Bitter|Blue|Bright|Broken|Burning|Careful|Cold|Copper|Crooked|Crystal|Dark|Distant|\
        Drifting|Early|Easy|Electric|Empty|Endless|Faded|Falling|Fearless|First|Foolish|Forgotten|Frozen|Gentle|\
        Ghostly|Golden|Good|Grey|Half|Heavy|Hidden|Hollow|Holy|Honest|Hungry|Idle|Invisible|Ivory|Last|Late|\
        Lazy|Little|Lonely|Long|Lost|Loud|Lucky|Midnight|Modern|Naked|Neon|New|Night|Northern|Nowhere|Old|Open|\
        Other|Pale|Paper|Perfect|Plastic|Quiet|Rainy|Reckless|Red|Restless|Sacred|Second|Secret|Silent|Silver|\
        Simple|Sleepless|Slow|Small|Soft|Southern|Stolen|Strange|Summer|Sweet|Tender|Tired|Velvet|Violet|\
        Wandering|Warm|Wasted|White|Wild|Winter|Wooden|Yellow|Young",
    things: "Afternoon|Alibi|Anchor|Angel|Animal|Answer|Arrow|Ash|Avenue|Ballad|Basement|Beacon|Bell|Bird|Bloom|Boat|\
        Bone|Book|Border|Boulevard|Bridge|Brother|Cabin|Candle|Canyon|Carnival|Castle|Chapel|Circle|City|Clock|\
        Cloud|Coast|Comet|Corner|Cradle|Crow|Crown|Dancer|Dawn|Daughter|Desert|Devil|Diamond|Door|Dove|Dream|\
        Driver|Dust|Echo|Edge|Ember|Engine|Evening|Eye|Face|Fader|Family|Farewell|Feather|Fever|Field|Fire|\
        Flame|Flood|Flower|Fool|Forest|Fortune|Fox|Garden|Gate|Ghost|Giant|Girl|Glass|Gravity|Ground|Guitar|\
        Harbour|Heart|Heaven|Heel|Highway|Hill|Holiday|Home|Honey|Horizon|Horse|Hour|House|Hunter|Hurricane|\
        Island|Jewel|Journey|Judge|Kingdom|Kite|Ladder|Lady|Lake|Lantern|Letter|Light|Lightning|Line|Lion|Lover|\
        Machine|Map|Marble|Meadow|Memory|Mercy|Mile|Mirror|Moment|Moon|Morning|Mother|Motor|Mountain|Mouth|Name|\
        Needle|Neighbour|Night|Number|Ocean|Orchard|Orbit|Paradise|Parade|Passenger|Photograph|Piano|Picture|\
        Pilot|Place|Planet|Pocket|Poem|Promise|Queen|Question|Radio|Railway|Rain|Rainbow|Raven|Reason|Ribbon|\
        River|Road|Rocket|Roof|Room|Rose|Sailor|Satellite|Season|Secret|Shadow|Shelter|Shore|Signal|Sister|Sky|\
        Smile|Smoke|Snow|Soldier|Song|Spark|Spirit|Star|Station|Stone|Storm|Story|Stranger|Street|Sugar|Summer|\
        Sun|Sunday|Swan|Table|Temple|Thief|Thunder|Ticket|Tide|Tiger|Tower|Town|Train|Traveller|Treasure|Tree|\
        Valley|Violin|Voice|Wall|Water|Wave|Weather|Wheel|Whisper|Window|Wing|Winter|Wire|Wolf|Woman|Wonder|\
        Word|World|Year",
    before: "Bring Back|Burn|Call|Carry|Catch|Chasing|Come Back to|Count|Don't Forget|Dreaming of|Falling for|Find|\
        Follow|Forget|Give Me|Goodbye to|Hold|Hunting|I Know|I Saw|Kiss|Leave|Leaving|Let Go of|Listen to|\
        Looking for|Losing|Love|Meet Me by|Missing|Never Mind|No More|Praying for|Running from|Save|\
        Say Goodbye to|Selling|Send|Show Me|Sing to|Sleeping with|Stay with|Stealing|Take|Talking to|Tell|\
        Thank You for|This Is|Too Much|Waiting for|Walking to|Watching|Welcome to|What About|Where Is|Who Needs|\
        Why",
    given: "Abel|Ada|Alec|Alma|Amos|Anna|April|Arlo|Basil|Bea|Ben|Bess|Billie|Cal|Cara|Cass|Clara|Clem|Cleo|Cora|\
        Dale|Dana|Della|Dot|Eddie|Edith|Eli|Ella|Enid|Ezra|Fay|Finn|Flora|Gus|Hal|Hattie|Hazel|Ida|Ines|Iris|\
        Ivy|Jack|Jem|Jess|Joan|Jody|Jonah|June|Kit|Lena|Lew|Lila|Lou|Mabel|Mae|Marlo|Max|Mina|Moss|Nell|Noah|\
        Nora|Olive|Otis|Pearl|Penn|Ray|Reed|Rhea|Roy|Ruby|Sadie|Sam|Saul|Stella|Tess|Theo|Una|Vera|Walt|Wren|Zeb",
    family: "Abbey|Alder|Ames|Archer|Ashby|Banks|Barlow|Bell|Birch|Blythe|Booker|Bramble|Brook|Burr|Calder|Carver|\
        Chase|Clay|Cole|Coombs|Crane|Dale|Darrow|Dell|Drake|Dunn|Easton|Fairley|Fenn|Finch|Flint|Frost|Gale|\
        Garner|Glass|Grange|Hale|Harker|Hart|Hobbs|Holt|Hollis|Hurst|Innis|Jarvis|Keane|Kerr|Kirby|Lacey|Lark|\
        Leigh|Locke|Lowell|Marsh|Mercer|Merrow|Mills|Monk|Nash|North|Oakes|Orr|Pace|Parrish|Penrose|Pike|Quill|\
        Quinn|Rook|Rowe|Sands|Sayer|Shaw|Slate|Stokes|Swift|Tate|Thorne|Tilley|Upton|Vale|Voss|Wade|Ward|Weir|\
        Wilde|Winter|Wray|Yates|York",
    syllables: "al|am|ar|bel|ber|cor|da|del|den|do|dor|e|el|en|fa|fen|gar|hal|har|i|ina|ka|kel|la|lan|len|li|lo|lor|lu|\
        ma|mar|mi|mo|mon|na|nel|ni|no|o|ola|or|pa|per|ra|ran|ren|ri|ro|ros|sa|sel|sen|sha|si|sol|ta|tan|ti|tor|\
        u|va|van|ver|vi|wen|za|zo",
    genres: "alt country|ambient|americana|art pop|bedroom pop|big band|bluegrass|blues rock|boom bap|britpop|\
        chillwave|christian rock|classic rock|country|dance pop|dark ambient|deep house|disco|doo-wop|downtempo|\
        dream pop|drone|drum and bass|dubstep|electro|electropop|emo|folk|folk rock|funk|future bass|\
        garage rock|glam rock|gospel|grime|grunge|hard rock|hardcore|hip hop|house|indie folk|indie pop|\
        indie rock|industrial|jangle pop|jazz|jazz fusion|lo-fi beats|math rock|metal|metalcore|minimal techno|\
        neo soul|new age|new wave|noise rock|nu jazz|outlaw country|phonk|pop|pop punk|post-hardcore|post-punk|\
        post-rock|power pop|progressive house|progressive rock|psychedelic rock|punk|r&b|rap|reggae|rockabilly|\
        roots reggae|shoegaze|singer-songwriter|ska|slowcore|smooth jazz|soft rock|soul|southern rock|\
        space rock|stoner rock|surf rock|synth-pop|synthwave|tech house|techno|thrash metal|trance|trap|\
        trip hop|uk garage|vaporwave|vocal jazz|yacht rock",
    titles: "14:2|12:1 2|8:2 2|5:The 2|5:2 of the 2|4:The 2 and the 2|8:3 the 2|12:3 the 1 2|5:3 My 2|6:1 2 in 7|4:7|3:1|4:3 4 5|6:1 2 2|1:2 / 2|4:1, 1 2|3:4's 1 2|2:2 (The 1 2)|4:3 the 2 of 7|2:2 No. 9|1:2?|1:9 O'Clock|5:The 2 2 of 7|4:2 and 2 2|3:7 2|4:4 and the 1 2",
    artists: "24:4 5|1:The 2s|8:The 1 2s|7:The 7s|12:7|9:4 7|8:7 5|3:1 2|2:2 & 2|3:4 & the 1 2s|2:5, 5 & 5|5:DJ 7|9:4 6. 5|1:2|1:7!|1:$7|1:7$|2:Lil 7|3:MC 7|3:2 2|1:7 and the 2s|1:7 x 7|2:7 2 Orchestra|2:4 5 Quartet|1:7 9|3:6.6. 5|4:4 5-5|3:7 2",
    live: "Live at 7",
};

pub(super) const SPANISH: Words = Words {
    describing: "Amarga|Azul|Bonita|Breve|Callada|Ciega|Clara|Dulce|Eterna|Fría|Fugaz|Gris|Infiel|Lejana|Lenta|Libre|\
        Nueva|Oscura|Perdida|Pequeña|Rebelde|Roja|Sencilla|Sola|Suave|Triste|Valiente|Verde|Vieja",
    things: "Arena|Aurora|Bahía|Balada|Canción|Calle|Carta|Casa|Ceniza|Ciudad|Copla|Corazón|Cumbia|Distancia|Dueña|\
        Espina|Estrella|Flor|Fiesta|Frontera|Guitarra|Herida|Hoguera|Huella|Lágrima|Lluvia|Luna|Madrugada|\
        Mañana|Mentira|Milonga|Montaña|Niña|Niebla|Noche|Ola|Paloma|Piel|Playa|Promesa|Puerta|Raíz|Reina|Rosa|\
        Rumba|Sangre|Señal|Sombra|Tarde|Tierra|Traición|Ventana|Verdad|Vida|Voz",
    before: "Adiós a|Baila con|Bésame en|Buscando|Canta|Dame|Déjame|Dime|Esperando|Háblame de|Llévame a|Llora|\
        Me Gusta|Ni una|No Quiero|Olvida|Perdóname por|Quiero|Sin|Sueño con|Tengo|Vuelve a|Ya No Hay|¿Dónde Está",
    given: "Abril|Alma|Andrés|Ángel|Belén|Beto|Carmela|Chavo|Dulce|Elías|Estela|Fabián|Gael|Inés|Iván|Jacinta|\
        Joaquín|Lalo|Lola|Lucía|Luz|Mateo|Nieves|Óscar|Paloma|Paz|Ramón|Rocío|Rubén|Sofía|Tomás|Valeria|Ximena",
    family: "Aguilar|Alcázar|Arroyo|Barrios|Bermúdez|Cárdenas|Castaño|Cruz|Duarte|Escudero|Fuentes|Gálvez|Herrero|\
        Ibáñez|Lagos|Luján|Maldonado|Montes|Nogales|Olmedo|Peña|Quiroga|Ríos|Robles|Saavedra|Serrano|Toledo|\
        Urrutia|Valverde|Zúñiga",
    syllables: "a|ba|be|ca|cho|co|da|de|do|e|fa|ga|gua|ja|la|le|li|lo|ma|me|mi|na|ño|o|pa|que|ra|re|ri|ro|sa|so|ta|te|\
        to|ya|za",
    genres: "bachata|bolero|cumbia|flamenco|latin pop|latin rock|mariachi|nueva canción|reggaeton|salsa|tango|\
        trap latino",
    titles: "14:2|12:2 1|6:La 2|6:2 y 2|9:2 de la 2|12:3 la 2|10:3 la 2 1|9:2 1 y 2|6:3 tu 2|6:2 1 de 7|4:7|4:3 mi 2 1|6:La 2 de 4",
    artists: "35:4 5|10:4 5 5|8:Los 7|8:Grupo 7|8:7|5:La 2|4:2 1|5:Banda 2 de 7|4:4 y 4|3:Los 5 de 7|3:El 7|2:DJ 7|\
        2:MC 4|2:4 y Los 7|40:4 7|25:7 5",
    live: "En Vivo",
};

pub(super) const PORTUGUESE: Words = Words {
    describing: "Antiga|Azul|Bela|Calma|Clara|Distante|Doce|Escura|Fria|Linda|Livre|Louca|Nova|Perdida|Pequena|Rara|\
        Simples|Sozinha|Tardia|Vazia",
    things: "Alegria|Areia|Avenida|Brisa|Canção|Chuva|Cidade|Coração|Criança|Dança|Emoção|Esperança|Estação|Estrada|\
        Estrela|Festa|Flor|Garoa|Ilusão|Janela|Lembrança|Luz|Madrugada|Manhã|Maré|Nuvem|Onda|Paixão|Praia|Rua|\
        Saudade|Solidão|Tarde|Viagem|Varanda|Voz",
    before: "Adeus à|Canta|Cadê|Deixa|Espera|Eu Vi|Fala da|Leva|Me Dá|Nem|Onde Está|Quero|Sem|Sonhei com|Vem",
    given: "Ana|Artur|Bia|Caio|Célia|Davi|Elza|Fábio|Gil|Heitor|Iara|João|Lia|Luís|Mariana|Nando|Otto|Raul|Rita|\
        Tião|Vânia|Zeca",
    family: "Almeida|Amaral|Barros|Bragança|Campos|Conceição|Falcão|Guimarães|Leão|Magalhães|Moura|Neves|Pacheco|\
        Queirós|Ramalho|Sampaio|Tavares|Vasconcelos|Viana",
    syllables: "a|ba|bi|ca|ci|da|di|do|fi|gi|i|ja|la|li|lo|ma|mi|na|ni|no|pa|que|ra|ri|ru|sa|ta|ti|to|u|va|zi",
    genres: "bossa nova|fado|forró|funk carioca|mpb|pagode|samba|sertanejo",
    titles: "14:2|14:2 1|6:A 2|8:2 e 2|9:2 da 2|12:3 2|12:3 2 1|8:2 1 em 7|4:7|9:2 da 2 1",
    artists: "40:4 5|10:4 & 4|10:7|8:Os 7|8:MC 4|8:Grupo 2|6:4 da 2|3:DJ 7|4:2 1|40:4 7|25:7 5",
    live: "Ao Vivo",
};

pub(super) const FRENCH: Words = Words {
    describing: "Amère|Ancienne|Bleue|Brève|Claire|Dernière|Douce|Étrange|Fanée|Froide|Légère|Lointaine|Muette|Nue|Pâle|\
        Perdue|Première|Rêveuse|Secrète|Tendre|Vide",
    things: "Absence|Âme|Aube|Ballade|Brume|Chambre|Chanson|Cité|Clé|Colère|Côte|Étoile|Étincelle|Fenêtre|Fête|Fleur|\
        Forêt|Fumée|Gare|Herbe|Horloge|Île|Ivresse|Jeunesse|Lettre|Lumière|Lune|Maison|Marée|Mémoire|Mer|Neige|\
        Nuit|Ombre|Pluie|Prière|Promesse|Reine|Rivière|Rue|Saison|Soirée|Tempête|Terre|Valse|Vague|Vérité|Ville|\
        Voix",
    before: "Adieu la|Attends|Cherche|Danse avec|Dis-moi|Encore une|J'ai Vu|Je Veux|Laisse|Où Est|Parle-moi de|\
        Plus de|Reste|Sans|Souviens-toi de|Toute une",
    given: "Adèle|Agathe|Anaïs|Benoît|Cécile|Célestin|Clément|Édith|Éloïse|Étienne|Félix|Gaspard|Hélène|Inès|Joël|\
        Léo|Léon|Loïc|Margot|Noé|Odette|Rémi|Solène|Théo|Zoé",
    family: "Aubert|Barrière|Bélanger|Chêne|Delorme|Desforêts|Dufour|Fontaine|Garnier|Hérault|Lachance|Lefèvre|\
        Marchand|Moreau|Noël|Pelletier|Prévost|Rivière|Séguin|Tessier|Vautrin",
    syllables: "a|be|bé|ca|cé|da|de|fa|gi|la|lé|li|lou|ma|mé|mi|mo|na|né|o|pa|pi|ra|ré|ri|ro|sa|té|ti|va|vi",
    genres: "chanson|french house|french pop|rap français|yé-yé|zouk",
    titles: "14:2|12:2 1|8:La 2|7:2 et 2|9:2 de la 2|12:3 2|12:3 2 1|4:7|4:Ma 2 1|9:2 1 à 7|6:2 de 4",
    artists: "42:4 5|12:7|10:Les 7s|6:4 & 4|6:2|6:La 2 1|5:MC 7|3:L'2|4:4|3:DJ 7|40:4 7|25:7 5",
    live: "Live à 7",
};

pub(super) const GERMAN: Words = Words {
    describing: "Alte|Blaue|Dunkle|Ferne|Fremde|Frühe|Graue|Große|Grüne|Helle|Kalte|Kleine|Kühle|Letzte|Müde|Neue|Rote|\
        Schöne|Späte|Stille|Süße|Tiefe|Träge|Wilde|Zärtliche",
    things: "Abendröte|Angst|Antwort|Asche|Brücke|Erde|Erinnerung|Ferne|Flamme|Flöte|Frage|Freiheit|Glut|Grenze|\
        Heimat|Hoffnung|Insel|Kälte|Königin|Küste|Lüge|Melodie|Mühle|Nacht|Nähe|Quelle|Reise|Rose|Sehnsucht|\
        Sonne|Stadt|Stille|Straße|Stunde|Träne|Tür|Uhr|Wahrheit|Welle|Welt|Wüste|Zeit",
    before: "Auf der|Durch die|Gegen die|Gib mir die|Halt die|Ich Seh die|Für die|Kennst du die|Ohne die|\
        Sing für die|Über die|Unter der|Vergiss die|Wo ist die",
    given: "Anselm|Bärbel|Björn|Dörte|Emil|Frieda|Götz|Hanna|Henrik|Ida|Jörg|Jürgen|Käthe|Klaus|Lene|Lutz|Mila|Nele|\
        Paul|Rüdiger|Sören|Till|Uwe|Wolf",
    family: "Ahlers|Bäcker|Böhm|Brandt|Dürr|Falkner|Grün|Hölscher|Jäger|Köhler|Krüger|Lütke|Möller|Nebel|Ostermann|\
        Pfeil|Rößler|Schäfer|Stürmer|Vogt|Weiß|Zöllner",
    syllables: "al|ben|ber|der|dor|el|en|er|feld|gar|hal|hof|in|ken|land|le|lin|ma|men|nau|ner|nor|ra|ren|sel|ter|tor|\
        ul|wal|win|zin",
    genres: "deutschrap|krautrock|neue deutsche welle|schlager|volksmusik",
    titles: "14:2|14:1 2|6:Die 2|8:2 und 2|12:3 2|14:3 1 2|4:7|9:1 2 in 7|4:Meine 1 2|9:2 und 1 2",
    artists: "42:4 5|14:7|8:Die 7|8:1 2|6:4 & 4|4:MC 7|4:DJ 7|6:2|3:4 5 Ensemble|4:Orchester 7|40:4 7|25:7 5",
    live: "Live in 7",
};

pub(super) const NORDIC: Words = Words {
    describing: "Blå|Brunnen|Djup|Ensam|Evig|Första|Glömd|Grå|Kall|Klar|Lång|Mörk|Ny|Röd|Sista|Skön|Stilla|Svår|Tyst|Vild",
    things: "Älv|Ånger|Bäck|Blomma|Bro|Dröm|Eld|Fågel|Fjäll|Flod|Gård|Gräns|Hjärta|Höst|Is|Källa|Kväll|Längtan|Ljus|\
        Måne|Natt|Ö|Ord|Regn|Resa|Rök|Saga|Skog|Skugga|Sjö|Själ|Snö|Sol|Sommar|Stjärna|Storm|Tår|Väg|Vår|Vinter",
    before: "Aldrig Mer|Du Är|Efter|Ge Mig|Håll|Jag Såg|Kom till|Minns Du|Sjung för|Utan|Vänta på|Var Är",
    given: "Åsa|Agnes|Åke|Björk|Ebba|Eskil|Frøya|Gösta|Håkan|Ingrid|Jón|Kåre|Linnéa|Märta|Nils|Øystein|Pelle|Sigrún|\
        Søren|Tova|Ylva",
    family: "Åberg|Bergström|Dahlén|Ek|Fjellström|Grønning|Høyer|Hjälm|Järvinen|Kjær|Lindqvist|Mäkinen|Norén|Øberg|\
        Rønne|Sjöholm|Strömberg|Vik|Wallén|Þórsdóttir",
    syllables: "a|al|bjö|da|el|en|fjo|gard|go|ha|hå|i|ka|ko|la|li|lo|lu|ma|må|mi|na|nö|o|ra|ri|ro|sa|sö|ta|ti|ve|vi|vö",
    genres: "black metal|nordic folk|melodic death metal|scandipop|swedish house",
    titles: "16:2|16:1 2|8:2 och 2|14:3 2|14:3 1 2|6:7|8:1 2 i 7|6:Min 1 2",
    artists: "50:4 5|16:7|8:1 2|8:2|6:4|4:DJ 7|4:4 & 4|4:7 5|40:4 7|25:7 5",
    live: "Live i 7",
};

pub(super) const TURKISH: Words = Words {
    describing: "Acı|Aşık|Beyaz|Büyük|Çılgın|Eski|Gizli|Güzel|İnce|Kırık|Küçük|Mavi|Sarı|Sessiz|Sıcak|Son|Uzak|Yalnız|\
        Yeni|Yeşil",
    things: "Akşam|Aşk|Bahçe|Bulut|Çiçek|Deniz|Dünya|Düş|Ekim|Gece|Göl|Gönül|Güneş|Gül|Hasret|Işık|İstasyon|Kalp|Kuş|\
        Mektup|Rüya|Rüzgâr|Şarkı|Şehir|Sokak|Toprak|Türkü|Umut|Yağmur|Yıldız|Yol|Yürek",
    before: "Bekle|Bir|Benim|Senin|Bu|Hangi|Her|Neden|Unut|Hoşça Kal",
    given: "Ayşe|Barış|Çağla|Deniz|Ece|Emre|Gökçe|Işıl|İlker|Kübra|Meriç|Nazlı|Ozan|Ömer|Selin|Şirin|Tarık|Ülkü|\
        Yiğit|Zeynep",
    family: "Aydın|Bozkurt|Çelik|Demirci|Erdoğmuş|Güneş|Işık|Karaağaç|Öztürkmen|Sarıoğlu|Şahinbaş|Taşkın|Uğurlu|\
        Yıldızhan",
    syllables: "a|ba|ça|da|de|e|gü|ha|ı|i|ka|kö|la|le|li|ma|mü|na|ni|o|ö|ra|ri|sa|şe|ta|ti|u|ü|ya|ye|zi",
    genres: "anadolu rock|arabesk|turkish pop|türkü",
    titles: "18:2|20:1 2|10:2 ve 2|14:3 1 2|10:3 2|6:7|6:7 1 2|10:1 2 ve 2",
    artists: "60:4 5|14:7|8:Grup 7|6:1 2|5:MC 7|4:4 & 4|3:4|40:4 7|25:7 5",
    live: "Canlı",
};

pub(super) const POLISH: Words = Words {
    describing: "Biała|Błękitna|Cicha|Ciemna|Dzika|Głęboka|Łagodna|Mała|Nocna|Nowa|Ostatnia|Pusta|Różowa|Senna|Słodka|\
        Stara|Wąska|Zielona|Złota|Żywa",
    things: "Chwila|Cisza|Droga|Dusza|Gwiazda|Jesień|Kołysanka|Łąka|Łza|Miłość|Mgła|Muzyka|Nadzieja|Noc|Pieśń|Podróż|\
        Prawda|Rzeka|Róża|Ścieżka|Świątynia|Tęcza|Ulica|Wieża|Wiosna|Wojna|Wyspa|Zima|Źródło|Żona",
    before: "Daj mi|Gdzie jest|Jedna|Moja|Nie ma|Ostatnia|Śpiewa|Tylko|Twoja|Żegnaj",
    given: "Agnieszka|Bożena|Czesław|Gośka|Grześ|Jędrzej|Kasia|Łucja|Małgorzata|Michał|Paweł|Rafał|Sławek|Stanisław|\
        Wacław|Zośka",
    family: "Bąk|Cieślak|Dąbek|Gołąb|Jeż|Kłos|Łoś|Malec|Mróz|Pająk|Rączka|Sęk|Świt|Wójt|Zając|Żak",
    syllables: "a|ba|bi|cho|da|do|e|go|ja|ka|ki|ko|la|ło|ma|mi|na|nie|no|o|pa|ra|ro|sa|ta|to|wa|wi|za|ze|żo",
    genres: "disco polo|polish hip hop|polish rock",
    titles: "18:2|20:1 2|10:2 i 2|14:3 1 2|10:3 2|6:7|12:1 2 i 2",
    artists: "60:4 5|20:7|8:1 2|6:4 & 4|6:DJ 7|40:4 7|25:7 5",
    live: "Na żywo",
};
