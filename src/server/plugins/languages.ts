import accepts from '@fastify/accepts';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.js';

const languages = ['es', 'en'] as const;

/** Lets requests say which of their languages we speak. */
export async function addLanguages(app: App): Promise<void> {
  await app.register(accepts);
}

/**
 * The language to answer in, by `Accept-Language`: the best of ours, Spanish if none of ours is wanted;
 * `undefined` if the client names no language at all, as programs do.
 */
export function languageOf(request: FastifyRequest): 'es' | 'en' | undefined {
  const wanted = request.headers['accept-language']?.trim() ?? '';
  if (wanted === '' || wanted === '*') return undefined;
  const best = request.language([...languages]);
  return languages.find((language) => language === best) ?? 'es';
}
