package io.crius.runtime;

import io.crius.model.CriusException;
import java.util.Arrays;

/** Choices as words in records on disk. */
final class Words {
    private Words() {}

    static <E extends Enum<E>> E parse(Class<E> choice, String key, String word) {
        return Arrays.stream(choice.getEnumConstants())
                .filter(constant -> constant.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new CriusException.InvalidArgument(key + ": unknown word \"" + word
                        + "\", known are " + Arrays.toString(choice.getEnumConstants())));
    }
}
