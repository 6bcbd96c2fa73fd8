package io.crius.streaming.spdy;

/** Why a stream is given up. Spec: SPDY/3, section 2.6.3. */
enum ResetStatus {
    PROTOCOL_ERROR(1),
    CANCEL(5),
    FLOW_CONTROL_ERROR(7);

    private final int number;

    ResetStatus(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
