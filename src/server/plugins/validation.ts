import type { FastifySchemaValidationError } from 'fastify';
import { RequestError, type HttpMessage } from '../request-error.js';
import { texts } from '../texts.js';

/** What a schema refuses, said for people, by the keyword of the schema that was broken. */
const explanations: Record<string, (params: Record<string, unknown>) => HttpMessage> = {
  type: ({ type }) => texts.mustBeOfType(String(type)),
  enum: ({ allowedValues }) => texts.mustBeOneOf(listed(allowedValues)),
  maxLength: ({ limit }) => texts.tooManyCharacters(String(limit)),
  maxItems: ({ limit }) => texts.tooManyItems(String(limit)),
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
  const explain = explanations[keyword] ?? (() => texts.notValid);
  const text = explain(params);
  return new RequestError(400, 'FIELD_INVALID', texts.fieldInvalid(name, text));
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.join(', ') : '';
}
