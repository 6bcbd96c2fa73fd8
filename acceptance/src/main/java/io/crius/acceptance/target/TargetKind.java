package io.crius.acceptance.target;

import java.util.Locale;

/** Which server it is. */
public enum TargetKind {
    CRIUS,
    /** Debian's, 1.6: older than most of the traits. */
    CONTAINERD;

    /** Reads a kind as people write it. */
    public static TargetKind parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    public boolean has(Trait trait) {
        return switch (this) {
            case CRIUS -> true;
            case CONTAINERD ->
                switch (trait) {
                    case NAMES_WHAT_IS_MISSING,
                            SPEAKS_CRI_1_36,
                            TELLS_USER_AND_RESOURCES,
                            NO_PAUSE_PROCESS,
                            ANSWERS_EXEC_TIMEOUT,
                            SAYS_REGISTRY_UNAVAILABLE,
                            EXACT_CODES,
                            STOPS_THE_UNKNOWN,
                            FILTERS_IMAGES,
                            GROUPS_OF_THE_IMAGES_USER,
                            LOG_IS_WHOLE_AT_EXIT,
                            TIMES_IN_ORDER,
                            SHARES_THE_STORE_WITH_PODMAN,
                            KEEPS_IMAGES_IN_USE,
                            ENDS_INPUT_OF_WEBSOCKETS,
                            READS_CRIO_CONF,
                            MAPS_USERS,
                            MEASURES_WHAT_RUNS_ALONE,
                            CLOSES_PAUSE_PROCESSES,
                            EXPLAINS -> false;
                };
        };
    }
}
