package io.crius.server.journal;

import io.crius.model.CriusException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The versions of the journals' format that can be read, and how the records of each become those of the next. A change of the
 * records that the readers of the version before would misunderstand is a new version; a new field with a default is not.
 *
 * @param current what is written
 * @param upgrades by the version that they begin with, one for each version before the current one that may be found
 */
public record JournalVersions(int current, Map<Integer, UnaryOperator<List<String>>> upgrades) {
    /** What this daemon reads and writes. There was no other version yet. */
    public static final JournalVersions NOW = new JournalVersions(1, Map.of());

    public JournalVersions {
        upgrades = Map.copyOf(upgrades);
    }

    /**
     * The same in the current version.
     *
     * @throws CriusException.DataLoss where the version is newer, or too old
     */
    List<String> upgrade(Path file, int version, List<String> records) {
        if (version > current) {
            throw new CriusException.DataLoss("journal " + file + " was written by a newer version: its format is "
                    + version + ", this daemon reads up to " + current);
        }
        List<String> upgraded = records;
        for (int at = version; at < current; at++) {
            UnaryOperator<List<String>> step = upgrades.get(at);
            if (step == null) {
                throw new CriusException.DataLoss(
                        "journal " + file + " is of format " + version + ", which this daemon no longer reads");
            }
            upgraded = step.apply(upgraded);
        }
        return upgraded;
    }
}
