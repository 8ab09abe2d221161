"""names beside the payload

Revision: 4d1a7c2e90b3, after 3f05a494c772
"""

import sqlalchemy as sa
from alembic import op

import portal.database

revision = '4d1a7c2e90b3'
down_revision = '3f05a494c772'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('names_beside',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('body', portal.database.Encrypted(), nullable=False),
    sa.ForeignKeyConstraint(['number'], ['item.number'], name=op.f('fk_names_beside_number_item')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_names_beside')),
    info={'append_only': True, 'delete_if': 'EXISTS (SELECT 1 FROM withholding WHERE withholding.number = OLD.number)'}
    )


def downgrade():
    op.drop_table('names_beside')
