package io.crius.server.state;

import io.crius.model.Ticker;
import io.crius.server.journal.Journal;

/**
 * How one object is kept.
 *
 * @param journal where its changes are written
 * @param transitions who hears of them
 * @param ticker the clock by which those wait who ask for one
 */
record Keeping(Journal journal, Transitions transitions, Ticker ticker) {}
