package io.crius.runtime.oci;

import java.nio.file.Path;

final class CrunExecIT extends ExecContract {
    @Override
    Path program() {
        return Path.of("/usr/bin/crun");
    }
}
