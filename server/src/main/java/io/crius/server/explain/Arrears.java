package io.crius.server.explain;

import java.time.Duration;

/**
 * What an object could not give back.
 *
 * @param problem of the last attempt; empty before the first has failed
 * @param next until the next attempt; zero while one is under way
 */
public record Arrears(String problem, int attempts, Duration next) {
    @Override
    public String toString() {
        String why = problem.isEmpty() ? "not tried yet" : problem;
        return why + " (" + attempts + (attempts == 1 ? " attempt" : " attempts")
                + (next.isZero() ? ", being tried)" : ", again in " + next.toSeconds() + " s)");
    }
}
