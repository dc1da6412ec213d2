/**
 * The English of every text that stands in index.html, by its `data-text` key. The Spanish is the page itself.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const englishTexts = {
  'meta.title': 'EmoChat · What you feel, second by second',
  'meta.description':
    'EmoChat watches your face while you talk, recognises your emotion second by second and answers with warmth.',
  skip: 'Go to the camera',
  tagline: 'What you feel, second by second',
  'nav.label': 'Sections',
  'nav.project': 'The project',
  'nav.emotions': 'Emotions',
  'nav.help': 'Help',
  'hero.title': 'Your face speaks, too. Listen to it.',
  'hero.lead':
    'Tell the camera something for half a minute. EmoChat reads your emotion second by second and gives you back a few words that keep you company.',
  'studio.activate': 'Turn on camera',
  'studio.privacy': 'Your picture is not kept: each frame is read and forgotten at once.',
  'studio.clock': 'Time left',
  'studio.points': 'Show points',
  'studio.camera': 'Camera',
  'studio.pause': 'Turn off',
  'session.context': 'What are you going to talk about?',
  'session.placeholder': 'For example: I had a job interview today.',
  'session.length': 'Length',
  'session.discard': 'Discard',
  'now.title': 'Now',
  'reading.seen': 'What was seen',
  'reading.own': 'Made here, from the numbers; nobody else saw it.',
  'reading.gemini': 'Reading by Gemini',
  'reading.cancel': 'Cancel',
  'reading.again': 'Record again',
  'reading.help': 'If any of this weighs on you, you are not alone:',
  'reading.lines': 'help lines',
  'keep.copy': 'Copy',
  'keep.download': 'Download',
  'keep.keep': 'Keep in this browser',
  'file.nav': 'Photo or video',
  'file.title': 'No camera? A photo or a video',
  'file.text':
    'Choose a file, drop it on the page or paste it. A photo is read at once; a video, frame by frame, to the same reading. It is not kept, either.',
  'file.choose': 'Choose photo or video',
  'file.cancel': 'Cancel',
  'file.progress': 'Progress',
  'history.title': 'History',
  'history.where': 'In this browser only; the server keeps nothing.',
  'project.title': 'What is EmoChat?',
  'project.what':
    'EmoChat is an open project that joins computer vision and artificial intelligence to help you put what you feel into words. It finds your face in the picture, places 68 points on your eyes, eyebrows, nose and mouth, and recognises an emotion by their shape.',
  'project.limits':
    'An expression does not tell everything: you can smile with sorrow or be calm with a serious face. So EmoChat gives no diagnosis and does not replace a professional. It is a kind mirror to pause for a moment and listen to yourself.',
  'steps.camera.title': 'Turn on the camera',
  'steps.camera.text': 'You see your points and your emotion move with you.',
  'steps.talk.title': 'Talk for half a minute',
  'steps.talk.text': 'Write what you are going to talk about, press “Record” and tell it.',
  'steps.read.title': 'Get a reading',
  'steps.read.text': 'The summary of your face, at once; and a few words by Gemini that keep you company.',
  'emotions.title': 'Emotions it recognises',
  'help.title': 'You do not have to go through this alone',
  'help.text':
    'If what you feel is too much, or you worry about someone, talk today to a person you trust or to one of these lines. If there is immediate danger, call the emergency number of your country.',
  'help.elsewhere': 'All over the world',
  'help.elsewhere.text': 'free helplines, country by country',
  'footer.text': 'Made with care, open source. Not a medical service.',
  'footer.top': 'Back to top',
};
