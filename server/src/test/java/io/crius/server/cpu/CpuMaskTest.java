package io.crius.server.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cgroup.CpuSet;
import io.crius.model.CriusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuMaskTest {
    @ParameterizedTest
    @CsvSource({"'',0", "'0-1',3", "'0-3,7',8f", "'31',80000000", "'32',1 00000000", "'0,63-64',1 80000000 00000001"})
    void masksAreWordsOf32Bits(String cpus, String mask) {
        String written = mask.replace(' ', ',');
        assertThat(CpuMask.format(CpuSet.parse(cpus))).isEqualTo(written);
        assertThat(CpuMask.parse(written + "\n")).isEqualTo(CpuSet.parse(cpus));
    }

    @Test
    void zerosInFrontMeanNothing() {
        assertThat(CpuMask.parse("00000000,0000000f")).hasToString("0-3");
    }

    @Test
    void whatIsNoMaskIsTold() {
        assertThatThrownBy(() -> CpuMask.parse("0-3"))
                .isInstanceOf(CriusException.Failed.class)
                .hasMessage("\"0-3\" is not a mask of CPUs");
    }
}
