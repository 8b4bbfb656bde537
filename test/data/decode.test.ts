import { describe } from 'vitest';
import { decodeCases } from './decode-cases.js';

describe('decodeImage', decodeCases);
