/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the HDF5 writer and reader share. */
#include "store/h5_common.h"

#include <stdio.h>

static herr_t take_innermost(unsigned n, const H5E_error2_t *error, void *data)
{
    hec_h5_errors *errors = data;
    if (n == 0)
        snprintf(errors->reason, sizeof errors->reason, "%s", error->desc ? error->desc : "?");
    return 0;
}

static herr_t take_first(hid_t stack, void *data)
{
    hec_h5_errors *errors = data;
    if (!errors->reason[0])
        H5Ewalk2(stack, H5E_WALK_UPWARD, take_innermost, errors);
    return 0;
}

void hec_h5_errors_begin(hec_h5_errors *errors)
{
    *errors = (hec_h5_errors){0};
    H5Eget_auto2(H5E_DEFAULT, &errors->function, &errors->data);
    H5Eset_auto2(H5E_DEFAULT, take_first, errors);
}

void hec_h5_errors_end(const hec_h5_errors *errors)
{
    H5Eset_auto2(H5E_DEFAULT, errors->function, errors->data);
}

bool hec_h5_close(herr_t (*close)(hid_t), hid_t id)
{
    return id >= 0 && close(id) >= 0;
}

hid_t hec_h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 &&
        (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        type = -1;
    }
    return type;
}
