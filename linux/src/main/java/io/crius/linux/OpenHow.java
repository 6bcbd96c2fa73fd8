package io.crius.linux;

import java.util.Set;

/**
 * How to open a file.
 *
 * @param mode counts with {@link OpenFlag#CREAT} only
 */
public record OpenHow(Set<OpenFlag> flags, int mode, Set<Resolve> rules) {
    public OpenHow {
        flags = Set.copyOf(flags);
        rules = Set.copyOf(rules);
    }
}
