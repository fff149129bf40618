// What the tool says itself, in both languages. What bpmn-js says lies in sv.json; its own language is English.
import table from "./sv.json";

const sv = {
  tools: "Verktyg för bilden", canvas: "Processen som bild", undo: "Ångra", redo: "Gör om", fit: "Visa allt",
  in: "Förstora", out: "Förminska", full: "Helskärm", leave: "Lämna helskärm",
  keys: "Kortkommandon", choices: "Välj",
  shortcuts: [
    ["Ctrl+Z Ctrl+Y", "Ångra, gör om"], ["E", "Skriv text i det som är markerat"], ["R", "Byt sort"], ["Delete", "Ta bort"],
    ["← ↑ → ↓", "Flytta det som är markerat. Med Ctrl flyttas bilden"], ["Ctrl+A Ctrl+F", "Markera allt, sök i bilden"],
    ["H L S C", "Flytta bilden, markera flera, gör plats, dra pilar"], ["Ctrl++ Ctrl+- Ctrl+0", "Förstora, förminska, verklig storlek"],
  ],
  loading: "Hämtar bilden …", saving: "Sparar …", saved: "Sparat kl. %s", notSaved: "Inte sparat.",
  noLoad: "Bilden gick inte att hämta. Kontrollera nätet och försök igen.", again: "Försök igen",
  noRead: "Bilden går inte att öppna i ritverktyget. Filen är oförändrad. Ändra stegen i tabellen, eller läs in en annan fil.",
  partly: "Ritverktyget förstår inte allt i filen. Det försvinner om du ändrar och sparar här. Spara filen som den är först, eller ändra i tabellen i stället.",
  original: "Spara filen som den är",
  lost: "Inte sparat: ingen kontakt. Bilden finns kvar på den här enheten, och sparas när kontakten är tillbaka.",
  session: "Du har loggats ut. Det du har ritat finns kvar på den här enheten. Logga in, så sparas det.", login: "Logga in",
  conflict: "Någon annan har sparat bilden sedan du öppnade den. Det du har ritat är inte sparat, men finns kvar på den här enheten.",
  choose: "Vill du ha kvar din version: spara den som en ny fil först. Ladda sedan om, och för in det du vill ha med.",
  mine: "Spara min som ny fil", theirs: "Ladda om och se deras",
  refused: "Bilden gick inte att spara.", keptHere: "Det du har ritat finns kvar på den här enheten.",
  stale: "Sidan behöver laddas om innan det går att spara. Det du har ritat finns kvar på den här enheten, och sparas sedan.", reload: "Ladda om",
  broke: "Ritverktyget klarade inte den ändringen. Det du ritade före den är kvar. Ladda om sidan, och gör ändringen på ett annat sätt eller i tabellen.",
  only: "Stäng inte sidan: webbläsaren kan inte spara bilden här. Spara den som en fil.",
  restored: "Det du ritade %s hann inte sparas. Nu är det här igen.", at: "kl. %s",
};
const en = {
  tools: "Tools for the drawing", canvas: "The process as a drawing", undo: "Undo", redo: "Redo", fit: "Show all",
  in: "Zoom in", out: "Zoom out", full: "Full screen", leave: "Leave full screen",
  keys: "Keyboard shortcuts", choices: "Choose",
  shortcuts: [
    ["Ctrl+Z Ctrl+Y", "Undo, redo"], ["E", "Write text in what is selected"], ["R", "Change type"], ["Delete", "Remove"],
    ["← ↑ → ↓", "Move what is selected. With Ctrl the drawing moves"], ["Ctrl+A Ctrl+F", "Select all, search in the drawing"],
    ["H L S C", "Move the drawing, select several, make room, draw arrows"], ["Ctrl++ Ctrl+- Ctrl+0", "Zoom in, zoom out, real size"],
  ],
  loading: "Fetching the drawing …", saving: "Saving …", saved: "Saved at %s", notSaved: "Not saved.",
  noLoad: "The drawing could not be fetched. Check the network and try again.", again: "Try again",
  noRead: "The drawing cannot be opened here. The file is unchanged. Change the steps in the table, or take in another file.",
  partly: "The drawing tool does not understand all that is in the file. That part goes away if you change and save here. Save the file as it is first, or use the table instead.",
  original: "Save the file as it is",
  lost: "Not saved: no contact. The drawing is kept on this device, and is saved when contact is back.",
  session: "You have been logged out. What you have drawn is kept on this device. Log in and it will be saved.", login: "Log in",
  conflict: "Someone else has saved the drawing since you opened it. What you have drawn is not saved, but is kept on this device.",
  choose: "If you want to keep your version, save it as a new file first. Then reload, and put in what you want.",
  mine: "Save mine as a new file", theirs: "Reload and see theirs",
  refused: "The drawing could not be saved.", keptHere: "What you have drawn is kept on this device.",
  stale: "The page must be reloaded before it can be saved. What you have drawn is kept on this device, and is saved then.", reload: "Reload",
  broke: "The drawing tool could not make that change. What you drew before it is kept. Reload the page, and make the change in another way or in the table.",
  only: "Do not close the page: the browser cannot keep the drawing here. Save it as a file.",
  restored: "What you drew %s had not been saved. It is here again.", at: "at %s",
};

const english = document.documentElement.lang.startsWith("en");
export const words = english ? en : sv;

const time = (moment) => moment.toTimeString().slice(0, 5).replace(":", english ? ":" : ".");
export const clock = (moment = new Date()) => time(moment);
export function when(moment) {
  const at = words.at.replace("%s", time(moment));
  if (moment.toDateString() === new Date().toDateString()) return at;
  return `${moment.toLocaleDateString(english ? "en" : "sv", { day: "numeric", month: "long" })} ${at}`;
}

function translate(template, values = {}) {
  const said = english ? template : table[template] ?? template;
  return said.replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}
export const translation = { translate: ["value", translate] };
