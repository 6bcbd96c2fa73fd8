package io.crius.image.encryption;

import io.crius.model.CriusException;

/** How often private keys may be used for one image, at some milliseconds each. For one thread. */
final class Effort {
    static final int MOST = 4096;

    private int left = MOST;

    /** @throws CriusException.ResourceExhausted that would be too often */
    void spend(int uses) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CriusException.Cancelled("unwrap keys: cancelled");
        }
        left -= uses;
        if (left < 0) {
            throw new CriusException.ResourceExhausted(
                    "its keys are wrapped so often that private keys would be tried more" + " than " + MOST
                            + " times; encrypt it for fewer, or keep fewer keys on the node");
        }
    }
}
