package io.crius.bench;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param warmUps rounds that are not counted, so that caches and compilers have seen each call
 * @param questions how often each server is asked before what kubelet asks every second, for pods and for images: not counted
 *     either
 * @param rounds rounds of a pod's life
 * @param lists calls of ListContainers
 * @param pulls pulls of the big image
 * @param imageMegabytes its size when unpacked
 * @param starts starts of the server
 * @param phaseLimit after this long a phase goes on only to its third round
 */
record Plan(
        int warmUps,
        int questions,
        int rounds,
        int lists,
        int pulls,
        int imageMegabytes,
        int starts,
        Duration phaseLimit) {
    static final int LISTED_CONTAINERS = 200;
    static final int LISTED_IMAGES = 500;
    static final int RUNNING_PODS = 50;
    static final int FEWEST_ROUNDS = 3;

    static final Plan FULL = new Plan(60, 600, 60, 100, 5, 400, 7, Duration.ofMinutes(4));
    static final Plan SHORT = new Plan(3, 120, 12, 30, 2, 80, 3, Duration.ofMinutes(1));
}
