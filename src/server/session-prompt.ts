/** Half a minute in front of the camera. */
export interface Session {
  /** What the person talked about, in their own words. */
  context: string;
  /** The emotion of each second, in words of `language`; seconds without a face are left out. */
  emotions: readonly string[];
  /** Language of the answer. */
  language: 'es' | 'en';
}

const prompts = {
  es: ({ context, emotions }: Session) => `\
Eres un acompañante emocional muy empático. El usuario acaba de hablar a su cámara durante 30 segundos sobre este tema: «${context}».

Emociones detectadas en su rostro, segundo a segundo: ${emotions.join(', ') || 'ninguna'}.

Haz una lectura muy empática de cómo fluctuaron sus emociones mientras hablaba y, sobre todo, dale un mensaje cálido de apoyo. \
Háblale de tú, en español, en dos párrafos como máximo, sin formato Markdown.`,
  en: ({ context, emotions }: Session) => `\
You are a very empathetic emotional companion. The user has just talked to their camera for 30 seconds about this topic: "${context}".

Emotions detected on their face, second by second: ${emotions.join(', ') || 'none'}.

Give a very empathetic reading of how their emotions fluctuated while they talked and, above all, a warm message of support. \
Speak to them directly, in English, in two paragraphs at most, without Markdown.`,
};

/** What Gemini is asked about a session. */
export function sessionPrompt(session: Session): string {
  return prompts[session.language](session);
}
