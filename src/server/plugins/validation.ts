import type { FastifySchemaValidationError } from 'fastify';
import { RequestError, type HttpMessage } from '../request-error.js';

/** What a schema refuses, said for people, by the keyword of the schema that was broken. */
const explanations: Record<string, (params: Record<string, unknown>) => HttpMessage> = {
  type: ({ type }) => ({ es: `debe ser de tipo ${String(type)}`, en: `must be of type ${String(type)}` }),
  enum: ({ allowedValues }) => ({
    es: `debe ser uno de: ${listed(allowedValues)}`,
    en: `must be one of: ${listed(allowedValues)}`,
  }),
  maxLength: ({ limit }) => ({
    es: `admite ${String(limit)} caracteres como máximo`,
    en: `takes ${String(limit)} characters at most`,
  }),
  maxItems: ({ limit }) => ({
    es: `admite ${String(limit)} elementos como máximo`,
    en: `takes ${String(limit)} items at most`,
  }),
};

/**
 * A formatter of schema errors for one route.
 *
 * @param field the one field that the route cannot do without.
 * @param missing the contract's error for a body that lacks it or has something unusable in its place.
 */
export function schemaErrorsFor(field: string, missing: () => RequestError) {
  return (errors: FastifySchemaValidationError[], part: string): Error => {
    const [first] = errors;
    if (first === undefined) return missing();
    const concernsField = first.instancePath === '' || first.instancePath === `/${field}`;
    return part === 'body' && concernsField ? missing() : invalidField(first);
  };
}

function invalidField({ instancePath, keyword, params }: FastifySchemaValidationError): RequestError {
  const name = instancePath.slice(1);
  const explain = explanations[keyword] ?? (() => ({ es: 'no es válido', en: 'is not valid' }));
  const text = explain(params);
  return new RequestError(400, 'FIELD_INVALID', {
    es: `El campo «${name}» ${text.es}.`,
    en: `The field "${name}" ${text.en}.`,
  });
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.join(', ') : '';
}
