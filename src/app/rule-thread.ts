import { parentPort, workerData } from 'node:worker_threads';
import { answerOf, type Question } from '../store/question.js';

/** A thread of bin/rule-query.js: SQLite cannot be interrupted from within the thread that runs it. */
parentPort?.postMessage(answerOf(workerData as Question));
