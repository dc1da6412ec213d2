import { Keeper } from './keep/keeper.js';
import { LiveChannel } from './live/channel.js';
import { Live } from './live/live.js';
import { Api } from './server/api.js';
import { loadModel } from './server/model-loader.js';
import { Reading } from './session/reading.js';
import { Session } from './session/session.js';
import { createStore } from './state/page-state.js';
import { Files } from './still/files.js';
import { Translator } from './text/translator.js';
import { announceMood } from './view/announcer.js';
import { BarsView } from './view/bars.js';
import { CalmView } from './view/calm.js';
import { showEmotionCards } from './view/cards.js';
import { elementById } from './view/dom.js';
import { FilesView } from './view/files.js';
import { GeminiView } from './view/gemini.js';
import { showHelpLines } from './view/help-lines.js';
import { HistoryView } from './view/history.js';
import { listenToKeys } from './view/keyboard.js';
import { setUpLanguageButton } from './view/language-button.js';
import { OverlayView } from './view/overlay.js';
import { PeopleView } from './view/people.js';
import { ReadingActions } from './view/reading-actions.js';
import { ReadingView } from './view/reading.js';
import { RecordingView } from './view/recording.js';
import { SessionForm } from './view/session-form.js';
import { StageView } from './view/stage.js';
import { ToolsView } from './view/tools.js';
import { keepWordClear } from './view/word-place.js';

const store = createStore();
const translator = new Translator(document);
const api = new Api(() => translator.language);

const openChannel = () => new LiveChannel(api, () => translator.language);
const visitorsChannel = new LiveChannel(
  api,
  () => translator.language,
  () => store.state.calm.scores,
);

const reading = new Reading(store, api, () => translator.language);
const live = new Live(store, {
  video: elementById('video', HTMLVideoElement),
  channel: visitorsChannel,
  onSample: (sample) => session.add(sample),
});
const onFinished = () => {
  live.stop();
  void reading.ask();
};
const session = new Session(store, { turnOn: () => live.start(), onFinished });
const files = new Files(store, { api, openChannel, onFinished });

const keeper = new Keeper(store);

const actions = {
  begin: (/** @type {string} */ context) => {
    files.cancel();
    return session.begin(context);
  },
  finish: () => session.finish(),
  discard: () => session.discard(),
};

new StageView(store, translator, () => void live.start());
new OverlayView(store, () => live.picture);
keepWordClear(store);
new PeopleView(store, translator, (id) => live.hold(id));
new BarsView(store, translator);
new CalmView(store, translator, { look: () => live.calm.look(), forget: () => live.calm.forget() });
new ToolsView(store, translator, { choose: (id) => void live.start(id), pause: () => live.stop() });
new RecordingView(store, translator);
const form = new SessionForm(store, translator, actions);
new ReadingView(store, translator, () => void live.start());
new GeminiView(store, translator, { ask: () => void reading.ask(), cancel: () => reading.cancel() });
new ReadingActions(store, translator, (keeping) => void keeper.setKeeping(keeping));
new HistoryView(store, translator, {
  show: (kept) => {
    reading.cancel();
    keeper.show(kept);
    live.stop();
  },
  remove: (id) => void keeper.remove(id),
  clear: () => void keeper.clear(),
});
new FilesView(store, translator, {
  read: (file) => void files.read(file, form.context),
  cancel: () => files.cancel(),
});
announceMood(store, translator);
listenToKeys(store, { press: () => form.press(), ...actions });
setUpLanguageButton(translator);
showEmotionCards(store, translator);

addEventListener('beforeunload', (event) => {
  if (store.state.recording !== null) event.preventDefault();
});

await Promise.all([loadModel(store, api), showHelpLines(translator)]);
