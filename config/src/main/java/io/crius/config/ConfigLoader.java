package io.crius.config;

import io.crius.model.CriusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads the sources and checks everything in them. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * Reads and merges the sources. Touches nothing but the files it reads.
     *
     * @throws CriusException.InvalidArgument with every problem found, one a line, each with file, line, column and key
     */
    public static LoadedConfig load(ConfigSources sources) {
        Findings findings = new Findings();
        sources.remarks().forEach(findings::remark);
        List<Path> files = read(sources, findings);
        Map<String, Settings> tables = new Merger(findings).merge();
        CriusConfig config = Inheritance.apply(CriusConfig.of(tables));
        new Contradictions(config, findings).find();
        refuse(findings.problems());
        return new LoadedConfig(config, files, findings.warnings());
    }

    private static List<Path> read(ConfigSources sources, Findings findings) {
        SourceFiles files = new SourceFiles(findings);
        sources.storageConf()
                .filter(Files::exists)
                .flatMap(files::foreign)
                .ifPresent(document -> StorageConf.read(document, findings));
        sources.file().ifPresent(files::read);
        sources.dropIns().ifPresent(files::readAll);
        Flags.readEnvironment(sources.environment(), findings);
        Flags.readFlags(sources.flags(), findings);
        return files.filesRead();
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            String lines = problems.stream().map(Problem::toString).collect(Collectors.joining("\n  "));
            String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
            throw new CriusException.InvalidArgument("configuration: " + count + "\n  " + lines);
        }
    }
}
