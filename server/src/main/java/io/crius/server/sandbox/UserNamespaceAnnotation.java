package io.crius.server.sandbox;

import io.crius.model.CriusException;
import io.crius.oci.runtime.IdMapping;
import io.crius.server.annotation.SpecialAnnotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the annotation {@code userns-mode.crio.io} asks for: {@code host}, {@code auto} or {@code private}, with options behind a
 * colon, as {@code auto:size=65536;keep-id=true}. Compat: CRI-O's words.
 *
 * @param size ids of a namespace of mode AUTO
 * @param runner where the pod's user is to be found in it
 * @param uids the mappings that are given, of users
 * @param gids and of groups
 */
record UserNamespaceAnnotation(Mode mode, long size, Runner runner, List<IdMapping> uids, List<IdMapping> gids) {
    /** Who chooses the ids. */
    enum Mode {
        /** The node's own ids. */
        HOST,
        /** Ids that nobody else has. */
        AUTO,
        /** The annotation. */
        PRIVATE
    }

    /** What becomes of the user that the pod runs as. */
    enum Runner {
        /** Some user of the node, as all others. */
        LIKE_OTHERS,
        /** The node's user of the same id. */
        KEPT,
        /** It is root in the namespace, and the node's user of that id outside. */
        ROOT
    }

    private static final long USUAL_SIZE = 65_536;
    private static final long MOST_IDS = 1L << 32;

    /** Kernel: it means "no change", and cannot be mapped. */
    private static final long LAST_ID = MOST_IDS - 1;

    private static final Set<String> AUTO_KEYS = Set.of("size", "keep-id", "map-to-root", "uidmapping", "gidmapping");
    private static final Set<String> PRIVATE_KEYS = Set.of("uidmapping", "gidmapping");

    UserNamespaceAnnotation {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** @throws CriusException.InvalidArgument where it cannot be understood; the message names pod and annotation */
    static UserNamespaceAnnotation parse(String pod, String text) {
        try {
            int colon = text.indexOf(':');
            String mode = colon < 0 ? text : text.substring(0, colon);
            String options = colon < 0 ? "" : text.substring(colon + 1);
            return switch (mode) {
                case "host" -> new UserNamespaceAnnotation(Mode.HOST, 0, Runner.LIKE_OTHERS, List.of(), List.of());
                case "auto" -> auto(options(options, AUTO_KEYS));
                case "private" -> ofAnnotation(options(options, PRIVATE_KEYS));
                default -> throw new CriusException.InvalidArgument("invalid userns mode: \"" + mode + "\"");
            };
        } catch (CriusException.InvalidArgument e) {
            throw new CriusException.InvalidArgument(
                    "pod " + pod + ": annotation " + SpecialAnnotation.USER_NAMESPACE.key() + " \"" + text + "\": "
                            + e.getMessage(),
                    e);
        }
    }

    private static UserNamespaceAnnotation auto(Map<String, String> options) {
        boolean kept = "true".equals(options.get("keep-id"));
        boolean root = "true".equals(options.get("map-to-root"));
        if (kept && root) {
            throw new CriusException.InvalidArgument("cannot use both keep-id and map-to-root");
        }
        return new UserNamespaceAnnotation(
                Mode.AUTO,
                options.containsKey("size") ? number(options.get("size")) : USUAL_SIZE,
                kept ? Runner.KEPT : root ? Runner.ROOT : Runner.LIKE_OTHERS,
                mappings(options.getOrDefault("uidmapping", "")),
                mappings(options.getOrDefault("gidmapping", "")));
    }

    /** Compat: of two lists of mappings a missing one is like the other. */
    private static UserNamespaceAnnotation ofAnnotation(Map<String, String> options) {
        List<IdMapping> uids = mappings(options.getOrDefault("uidmapping", ""));
        List<IdMapping> gids = mappings(options.getOrDefault("gidmapping", ""));
        if (uids.isEmpty() && gids.isEmpty()) {
            throw new CriusException.InvalidArgument("userns requested but no userns mappings configured");
        }
        return new UserNamespaceAnnotation(
                Mode.PRIVATE, 0, Runner.LIKE_OTHERS, uids.isEmpty() ? gids : uids, gids.isEmpty() ? uids : gids);
    }

    private static Map<String, String> options(String text, Set<String> known) {
        Map<String, String> options = new HashMap<>();
        for (String option : text.isEmpty() ? new String[0] : text.split(";")) {
            int equals = option.indexOf('=');
            String key = equals < 0 ? option : option.substring(0, equals);
            if (equals < 0 || !known.contains(key)) {
                throw new CriusException.InvalidArgument("\"" + option + "\" is no option here; there are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
            options.put(key, option.substring(equals + 1));
        }
        return options;
    }

    private static List<IdMapping> mappings(String text) {
        var mappings = new ArrayList<IdMapping>();
        for (String mapping : text.isEmpty() ? new String[0] : text.split(",")) {
            String[] numbers = mapping.split(":", -1);
            if (numbers.length != 3) {
                throw new CriusException.InvalidArgument("\"" + mapping + "\" is not a mapping such as 0:100000:65536");
            }
            var range = new IdMapping(number0(numbers[0]), number0(numbers[1]), number(numbers[2]));
            if (range.containerId() + range.size() > LAST_ID || range.hostId() + range.size() > LAST_ID) {
                throw new CriusException.InvalidArgument("\"" + mapping + "\" goes beyond the largest id");
            }
            mappings.add(range);
        }
        return mappings;
    }

    private static long number(String text) {
        long number = number0(text);
        if (number == 0) {
            throw new CriusException.InvalidArgument("\"" + text + "\" is no number of ids");
        }
        return number;
    }

    private static long number0(String text) {
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) >= MOST_IDS) {
            throw new CriusException.InvalidArgument("\"" + text + "\" is not a number of 32 bits");
        }
        return Long.parseLong(text);
    }
}
